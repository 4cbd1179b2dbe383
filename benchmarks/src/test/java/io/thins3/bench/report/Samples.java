package io.thins3.bench.report;

import io.thins3.bench.result.ClientInfo;
import io.thins3.bench.result.Cost;
import io.thins3.bench.result.LatencyDistribution;
import io.thins3.bench.result.MachineInfo;
import io.thins3.bench.result.Measurement;
import io.thins3.bench.result.Run;
import io.thins3.bench.result.RunInfo;
import io.thins3.bench.result.Sample;
import io.thins3.bench.result.Sample.Outcome;
import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Traffic;
import io.thins3.bench.result.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Runs made of known samples. */
final class Samples {
  static final StepInfo READ =
      new StepInfo("read", "read", "read 1 GiB", "fio", Unit.MEBIBYTES_PER_SECOND);
  static final StepInfo LIST = new StepInfo("ls", "meta", "ls -l of 1,000", "ls", Unit.SECONDS);
  static final StepInfo RANDOM =
      new StepInfo("random", "random", "random 4 KiB", "fio", Unit.MEDIAN_MILLISECONDS);

  static final StepInfo WRITE =
      new StepInfo("write", "write", "write 1 GiB", "write", Unit.MEBIBYTES_PER_SECOND);

  private final List<String> clients;
  private List<StepInfo> steps = List.of(READ, RANDOM, LIST, WRITE);
  private String version = "1.0";
  private final List<Sample> samples = new ArrayList<>();

  Samples(String... clients) {
    this.clients = List.of(clients);
  }

  /** A GiB read in so many seconds, a round each. */
  Samples reads(String client, double... seconds) {
    return timed(READ, client, 1L << 30, 1, seconds);
  }

  /** A thousand entries listed in so many seconds, a round each. */
  Samples lists(String client, double... seconds) {
    return timed(LIST, client, 0, 1000, seconds);
  }

  /** CPU and memory are figures that are easy to check: 2 s, 1 s and 100 MiB. */
  private Samples timed(
      StepInfo step, String client, long bytes, long operations, double... seconds) {
    for (int round = 1; round <= seconds.length; round++) {
      double time = seconds[round - 1];
      add(step, client, round, new Measurement(time, time, bytes, operations, null));
    }
    return this;
  }

  private void add(StepInfo step, String client, int round, Measurement measurement) {
    samples.add(
        new Sample(
            0,
            round,
            step.id(),
            client,
            Outcome.OK,
            null,
            measurement,
            new Cost(2, 1.0, 100L << 20),
            null,
            null));
  }

  /** Four random reads. */
  Samples randomReads(String client, long... nanoseconds) {
    LatencyDistribution latencies = LatencyDistribution.of(nanoseconds);
    double seconds = Arrays.stream(nanoseconds).sum() / 1e9;
    add(
        RANDOM,
        client,
        1,
        new Measurement(
            seconds, seconds, 4096L * nanoseconds.length, nanoseconds.length, latencies));
    return this;
  }

  /** A GiB written in a second, and complete in the store so many seconds later. */
  Samples writesLate(String client, double wait) {
    add(WRITE, client, 1, new Measurement(1, 1 + wait, 1L << 30, 1, null));
    return this;
  }

  Samples failed(StepInfo step, String client, int round, String reason) {
    return without(step, client, round, Outcome.FAILED, reason);
  }

  Samples skipped(StepInfo step, String client, int round, String reason) {
    return without(step, client, round, Outcome.SKIPPED, reason);
  }

  private Samples without(StepInfo step, String client, int round, Outcome outcome, String reason) {
    samples.add(new Sample(0, round, step.id(), client, outcome, reason, null, null, null, null));
    return this;
  }

  /** The steps are of other sizes. */
  Samples ofAnotherScale() {
    steps =
        steps.stream()
            .map(s -> new StepInfo(s.id(), s.group(), s.title() + " more", s.how(), s.unit()))
            .toList();
    return this;
  }

  /** All clients in that version. */
  Samples inVersion(String number) {
    version = number;
    return this;
  }

  Samples counted(StepInfo step, String client, Map<String, Long> requests) {
    samples.add(
        new Sample(
            0,
            Sample.COUNTING_ROUND,
            step.id(),
            client,
            Outcome.OK,
            null,
            new Measurement(1000, 1000, 1L << 30, 7, null),
            new Cost(1000, 1000.0, 1000L << 20),
            new Traffic(requests, 10, 20),
            null));
    return this;
  }

  Run run() {
    return new Run(
        new RunInfo(
            "2026-11-23T12:00:00Z",
            List.of("compare", "--quick"),
            "quick",
            42,
            3,
            "a server",
            new MachineInfo("a CPU", 2, 8L << 30, "Linux 6.1", "17", true),
            List.of("fio-3.33"),
            clients.stream().map(name -> new ClientInfo(name, version, name + " {dir}")).toList(),
            steps),
        samples);
  }

  Summary summary() {
    return new Summary(run());
  }
}
