package io.thins3.bench.report;

import io.thins3.bench.result.Cost;
import io.thins3.bench.result.Measurement;
import io.thins3.bench.result.Run;
import io.thins3.bench.result.Sample;
import io.thins3.bench.result.Sample.Outcome;
import io.thins3.bench.result.StepInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
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
    List<Sample> good = timed.stream().filter(s -> s.outcome() == Outcome.OK).toList();
    List<Double> figures =
        good.stream().map(s -> step.unit().valueOf(measurement(s))).collect(Collectors.toList());
    long operations = good.isEmpty() ? 1 : measurement(good.get(0)).operations();
    CpuBasis basis = CpuBasis.of(step.unit(), operations);
    return new Cell(
        figures,
        Stats.of(figures),
        stats(good, s -> measurement(s).doneSeconds() - measurement(s).programSeconds()),
        basis,
        stats(good, s -> cpu(basis, s, Cost::clientCpuSeconds)),
        stats(good, s -> cpu(basis, s, Cost::serverCpuSeconds)),
        stats(good, Summary::peakMemory),
        all.stream().map(Sample::traffic).flatMap(Stream::ofNullable).findFirst(),
        good.stream()
            .map(s -> measurement(s).latencies())
            .flatMap(Stream::ofNullable)
            .reduce((first, second) -> second),
        timed.size(),
        timed.stream().map(Sample::reason).flatMap(Stream::ofNullable).findFirst());
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
}
