package io.thins3.bench.report;

import io.thins3.bench.result.Cost;
import io.thins3.bench.result.Measurement;
import io.thins3.bench.result.Run;
import io.thins3.bench.result.Sample;
import io.thins3.bench.result.Sample.Outcome;
import io.thins3.bench.result.StepInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A run's samples summed up. Immutable. */
public final class Summary {
  private final Run run;

  /** Sums up a run. */
  public Summary(Run run) {
    this.run = run;
  }

  /** The run. */
  public Run run() {
    return run;
  }

  /** The added latencies that have samples, rising. */
  public List<Integer> latencies() {
    return run.samples().stream().map(Sample::latencyMillis).distinct().sorted().toList();
  }

  /** The names of the groups, in order. */
  public List<String> groups() {
    return run.info().steps().stream().map(StepInfo::group).distinct().toList();
  }

  /** The steps of a group, in order. */
  public List<StepInfo> steps(String group) {
    return run.info().steps().stream().filter(step -> step.group().equals(group)).toList();
  }

  /** The clients in order, and behind them who took part without being one: the reference. */
  public List<String> contenders() {
    List<String> names = new ArrayList<>();
    run.info().clients().forEach(client -> names.add(client.name()));
    run.samples().stream()
        .map(Sample::client)
        .distinct()
        .filter(name -> !names.contains(name))
        .forEach(names::add);
    return names;
  }

  /** The client whose figures are divided by the others': the first. */
  public String subject() {
    return run.info().clients().get(0).name();
  }

  /** What a contender did in a step; absent when it was not tried at that latency. */
  public Optional<Cell> cell(int latencyMillis, StepInfo step, String contender) {
    List<Sample> all =
        run.samples().stream()
            .filter(
                s ->
                    s.latencyMillis() == latencyMillis
                        && s.step().equals(step.id())
                        && s.client().equals(contender))
            .toList();
    return all.isEmpty() ? Optional.empty() : Optional.of(cell(step, all));
  }

  private static Cell cell(StepInfo step, List<Sample> all) {
    List<Sample> timed = all.stream().filter(s -> s.round() != Sample.COUNTING_ROUND).toList();
    List<Sample> counting = all.stream().filter(s -> s.round() == Sample.COUNTING_ROUND).toList();
    List<Sample> good = with(timed, Outcome.OK);
    List<Sample> failed = with(timed, Outcome.FAILED);
    List<Sample> skipped = with(timed, Outcome.SKIPPED);
    Map<Integer, Double> byRound = new TreeMap<>();
    good.forEach(s -> byRound.put(s.round(), step.unit().valueOf(measurement(s))));
    long operations = good.isEmpty() ? 1 : measurement(good.get(0)).operations();
    CpuBasis basis = CpuBasis.of(step.unit(), operations);
    return new Cell(
        byRound,
        Stats.of(byRound.values()),
        stats(good, s -> measurement(s).doneSeconds() - measurement(s).programSeconds()),
        basis,
        stats(good, s -> cpu(basis, s, Cost::clientCpuSeconds)),
        stats(good, s -> cpu(basis, s, Cost::serverCpuSeconds)),
        stats(good, Summary::peakMemory),
        with(all, Outcome.OK).stream().flatMap(s -> counted(s).stream()).findFirst(),
        firstReason(counting),
        good.stream()
            .map(s -> measurement(s).latencies())
            .flatMap(Stream::ofNullable)
            .reduce((first, second) -> second),
        timed.size(),
        failed.size(),
        firstReason(failed),
        skipped.size(),
        firstReason(skipped));
  }

  private static List<Sample> with(List<Sample> samples, Outcome outcome) {
    return samples.stream().filter(s -> s.outcome() == outcome).toList();
  }

  private static Optional<String> firstReason(List<Sample> samples) {
    return samples.stream().map(Sample::reason).flatMap(Stream::ofNullable).findFirst();
  }

  private static Optional<Counted> counted(Sample sample) {
    return Optional.ofNullable(sample.traffic())
        .map(traffic -> new Counted(traffic, measurement(sample).operations()));
  }

  private static Measurement measurement(Sample sample) {
    return Objects.requireNonNull(sample.measurement());
  }

  private static @Nullable Double peakMemory(Sample sample) {
    Cost cost = sample.cost();
    return cost == null || cost.peakMemoryBytes() == null
        ? null
        : Double.valueOf(cost.peakMemoryBytes());
  }

  private static @Nullable Double cpu(
      CpuBasis basis, Sample sample, Function<Cost, @Nullable Double> which) {
    Double seconds = sample.cost() == null ? null : which.apply(sample.cost());
    return seconds == null ? null : Double.valueOf(basis.scale(seconds, measurement(sample)));
  }

  private static Optional<Stats> stats(
      List<Sample> samples, Function<Sample, @Nullable Double> figure) {
    return Stats.of(samples.stream().map(figure).flatMap(Stream::ofNullable).toList());
  }

  /**
   * The subject's median divided by a contender's, both of this run; absent when either has none,
   * or for the subject itself.
   */
  public OptionalDouble ratio(int latencyMillis, StepInfo step, String contender) {
    if (contender.equals(subject())) {
      return OptionalDouble.empty();
    }
    Optional<Stats> own = cell(latencyMillis, step, subject()).flatMap(Cell::value);
    Optional<Stats> other = cell(latencyMillis, step, contender).flatMap(Cell::value);
    return own.isPresent() && other.isPresent() && other.get().median() > 0
        ? OptionalDouble.of(own.get().median() / other.get().median())
        : OptionalDouble.empty();
  }

  /**
   * As {@link #ratio}, but taken within each round in which both succeeded: median and spread of
   * these ratios.
   */
  public Optional<Stats> roundRatios(int latencyMillis, StepInfo step, String contender) {
    Optional<Cell> own = cell(latencyMillis, step, subject());
    Optional<Cell> other = cell(latencyMillis, step, contender);
    if (contender.equals(subject()) || own.isEmpty() || other.isEmpty()) {
      return Optional.empty();
    }
    Map<Integer, Double> peers = other.get().byRound();
    List<Double> ratios = new ArrayList<>();
    own.get()
        .byRound()
        .forEach(
            (round, figure) -> {
              Double peer = peers.get(round);
              if (peer != null && peer > 0 && figure > 0) {
                ratios.add(figure / peer);
              }
            });
    return Stats.of(ratios);
  }
}
