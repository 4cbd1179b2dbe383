package io.thins3.bench.compare;

import io.thins3.bench.process.Deadline;
import io.thins3.bench.result.Cost;
import io.thins3.bench.result.Measurement;
import io.thins3.bench.result.Sample;
import io.thins3.bench.result.Sample.Outcome;
import io.thins3.bench.result.Traffic;
import io.thins3.bench.workload.MissingProgram;
import io.thins3.bench.workload.Trial;
import io.thins3.bench.workload.Work;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs the steps of one trial and keeps a sample of each. The steps run on a thread of their own
 * while another waits for the deadline; after {@link #abandon} nothing is recorded any more.
 */
final class StepRecorder {
  /** How the costs of the contender are read. */
  interface Meter {
    /** Its CPU time so far, in seconds. */
    double cpuSeconds();

    /** Forgets the peak of its memory. */
    void resetPeakMemory();

    /** The peak of its memory since then, where it has one. */
    @Nullable Long peakMemoryBytes();
  }

  /**
   * Costs so far.
   *
   * @param cpu seconds of the contender
   * @param serverCpu seconds of the server, when they can be read
   * @param traffic when it is counted
   */
  record Readings(double cpu, @Nullable Double serverCpu, @Nullable Traffic traffic) {
    /** Before a contender is started. */
    static Readings atStart(Server server, Way way) {
      return new Readings(0, server.cpuSeconds(), way.traffic());
    }
  }

  private final String contender;
  private final int round;
  private final Way way;
  private final Server server;
  private final Meter meter;
  private final Completion completion;
  private final Deadline deadline;
  private final Readings atStart;
  private final Map<String, Sample> samples = new LinkedHashMap<>();
  private @Nullable String running;
  private @Nullable String abandoned;

  /**
   * A recorder of one trial.
   *
   * @param atStart before the contender was started
   */
  StepRecorder(
      String contender,
      int round,
      Way way,
      Server server,
      Meter meter,
      Completion completion,
      Deadline deadline,
      Readings atStart) {
    this.contender = contender;
    this.round = round;
    this.way = way;
    this.server = server;
    this.meter = meter;
    this.completion = completion;
    this.deadline = deadline;
    this.atStart = atStart;
  }

  /** Does one step; a failure is recorded and thrown on. */
  void step(String id, Trial.Body body) throws Exception {
    begin(id);
    try {
      meter.resetPeakMemory();
      Readings before = read();
      long start = System.nanoTime();
      Work work = body.run();
      long end = System.nanoTime();
      long waited = completion.awaitNanos(work, deadline.sooner());
      double seconds = work.ownSeconds() == null ? (end - start) / 1e9 : work.ownSeconds();
      Measurement measurement =
          new Measurement(
              Math.max(seconds, 1e-6),
              Math.max(seconds, 1e-6) + waited / 1e9,
              work.bytes(),
              work.operations(),
              work.latencies());
      Readings after = read();
      put(ok(id, measurement, cost(before, after), traffic(before, after)));
    } catch (Exception e) {
      Outcome outcome = e instanceof MissingProgram ? Outcome.SKIPPED : Outcome.FAILED;
      put(sample(id, outcome, Reasons.of(e)));
      throw e;
    }
  }

  /** Records a step that has happened already, with all that came of it since the start. */
  void past(String id, double seconds) {
    Measurement measurement = new Measurement(seconds, seconds, 0, 1, null);
    Readings now = read();
    put(ok(id, measurement, cost(atStart, now), traffic(atStart, now)));
  }

  private synchronized void begin(String id) {
    running = id;
  }

  private synchronized void put(Sample sample) {
    if (abandoned == null) {
      samples.put(sample.step(), sample);
      running = null;
    }
  }

  /** Records the running step as failed, and nothing after it. */
  synchronized void abandon(String reason) {
    if (running != null) {
      put(sample(running, Outcome.FAILED, reason));
    }
    abandoned = reason;
  }

  /** Why the trial was abandoned, if it was. */
  synchronized @Nullable String abandonedBecause() {
    return abandoned;
  }

  /** The sample of a step, if it came to one. */
  synchronized @Nullable Sample get(String step) {
    return samples.get(step);
  }

  /** A sample of a step without a measurement. */
  Sample sample(String step, Outcome outcome, String reason) {
    return new Sample(
        way.latencyMillis(), round, step, contender, outcome, reason, null, null, null, null);
  }

  private Sample ok(String id, Measurement measurement, Cost cost, @Nullable Traffic traffic) {
    return new Sample(
        way.latencyMillis(),
        round,
        id,
        contender,
        Outcome.OK,
        null,
        measurement,
        cost,
        traffic,
        null);
  }

  private Readings read() {
    return new Readings(meter.cpuSeconds(), server.cpuSeconds(), way.traffic());
  }

  private Cost cost(Readings before, Readings after) {
    Double serverCpu =
        before.serverCpu == null || after.serverCpu == null
            ? null
            : Double.valueOf(after.serverCpu - before.serverCpu);
    return new Cost(after.cpu - before.cpu, serverCpu, meter.peakMemoryBytes());
  }

  private static @Nullable Traffic traffic(Readings before, Readings after) {
    return before.traffic == null || after.traffic == null
        ? null
        : after.traffic.since(before.traffic);
  }
}
