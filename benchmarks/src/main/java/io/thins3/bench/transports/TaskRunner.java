package io.thins3.bench.transports;

import io.thins3.bench.client.Mount;
import io.thins3.bench.client.MountFailure;
import io.thins3.bench.client.Mounter;
import io.thins3.bench.compare.Reasons;
import io.thins3.bench.measure.ProcessTree;
import io.thins3.bench.process.Cleanup;
import io.thins3.bench.process.Commands;
import io.thins3.bench.process.Deadline;
import io.thins3.bench.result.Cost;
import io.thins3.bench.result.Measurement;
import io.thins3.bench.result.Sample;
import io.thins3.bench.result.Sample.Outcome;
import io.thins3.bench.transports.Task.Place;
import io.thins3.bench.transports.server.ServedNames;
import io.thins3.bench.transports.server.ServerKind;
import io.thins3.bench.workload.MissingProgram;
import io.thins3.bench.workload.Work;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Measures one task once: mounts a fresh server, warms it up, works under a deadline, unmounts, and
 * always comes back with a sample.
 */
final class TaskRunner {
  /** Contender: the same work in a directory of this machine, without a mount. */
  static final String REFERENCE = "local";

  private final Cleanup cleanup;
  private final Commands commands;
  private final Mounter mounter;
  private final Amounts amounts;
  private final Duration timeout;
  private final Path localDirectory;

  /**
   * @param localDirectory holds what the mounts hold, the large files aside
   */
  TaskRunner(
      Cleanup cleanup,
      Commands commands,
      Mounter mounter,
      Amounts amounts,
      Duration timeout,
      Path localDirectory) {
    this.cleanup = cleanup;
    this.commands = commands;
    this.mounter = mounter;
    this.amounts = amounts;
    this.timeout = timeout;
    this.localDirectory = localDirectory;
  }

  /** By a server. Throws only when the run is being ended. */
  Sample measure(Task task, ServerKind kind, int round) throws Exception {
    Deadline deadline = Deadline.in(timeout);
    try (Mount mount =
        mounter.mount(
            kind.label(),
            (directory, cache) ->
                Commands.builder(ServerProgram.command(kind, directory, task, amounts), Map.of()),
            ServedNames.directory(0))) {
      Place place = new Place(mount.directory(), true, commands);
      return perform(task, kind.label(), round, place, mount, deadline)
          .withMountSeconds(mount.startSeconds());
    } catch (MountFailure e) {
      failIfEnding();
      return failed(task, kind.label(), round, Outcome.FAILED, Reasons.of(e));
    }
  }

  /** Without a server. */
  Sample reference(Task task, int round) throws Exception {
    Place place = new Place(localDirectory, false, commands);
    return perform(task, REFERENCE, round, place, null, Deadline.in(timeout));
  }

  /** Works on a thread of its own: a call that hangs in a mount ends only with the server. */
  private Sample perform(
      Task task, String name, int round, Place place, @Nullable Mount mount, Deadline deadline)
      throws InterruptedException {
    FutureTask<Sample> work = new FutureTask<>(() -> work(task, name, round, place, mount));
    Thread worker = new Thread(work, "task");
    worker.setDaemon(true);
    worker.start();
    try {
      return work.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      failIfEnding();
      Throwable cause = e.getCause() == null ? e : e.getCause();
      Outcome outcome = cause instanceof MissingProgram ? Outcome.SKIPPED : Outcome.FAILED;
      return failed(task, name, round, outcome, Reasons.of(cause));
    } catch (TimeoutException e) {
      work.cancel(true);
      if (mount != null) {
        mount.kill();
      }
      worker.join(TimeUnit.SECONDS.toMillis(30));
      failIfEnding();
      String reason = "took longer than " + timeout.toSeconds() + " s";
      return failed(task, name, round, Outcome.FAILED, reason);
    }
  }

  private Sample work(Task task, String name, int round, Place place, @Nullable Mount mount)
      throws Exception {
    task.warmUp(place);
    ProcessTree server = mount == null ? null : mount.tree();
    if (server != null) {
      server.resetPeakMemory();
    }
    double cpuBefore = server == null ? 0 : server.cpuSeconds();
    long start = System.nanoTime();
    Work work = task.run(place);
    double seconds = (System.nanoTime() - start) / 1e9;
    Cost cost =
        server == null
            ? null
            : new Cost(server.cpuSeconds() - cpuBefore, null, server.peakMemoryBytes());
    double own = work.ownSeconds() == null ? seconds : work.ownSeconds();
    return sample(
        task,
        name,
        round,
        Outcome.OK,
        null,
        new Measurement(own, own, work.bytes(), work.operations(), work.latencies()),
        cost);
  }

  private static Sample failed(Task task, String name, int round, Outcome outcome, String reason) {
    return sample(task, name, round, outcome, reason, null, null);
  }

  private static Sample sample(
      Task task,
      String name,
      int round,
      Outcome outcome,
      @Nullable String reason,
      @Nullable Measurement measurement,
      @Nullable Cost cost) {
    return new Sample(
        task.lateMillis(),
        round,
        task.step().id(),
        name,
        outcome,
        reason,
        measurement,
        cost,
        null,
        null);
  }

  /** After a signal everything fails; none of it is a result. */
  private void failIfEnding() {
    if (cleanup.closed()) {
      throw new CancellationException("interrupted");
    }
  }
}
