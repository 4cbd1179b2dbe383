package io.thins3.bench.compare;

import io.thins3.bench.client.InstalledClient;
import io.thins3.bench.client.Mount;
import io.thins3.bench.client.MountFailure;
import io.thins3.bench.client.Mounter;
import io.thins3.bench.measure.BackedMemory;
import io.thins3.bench.measure.KernelCaches;
import io.thins3.bench.measure.ProcessTree;
import io.thins3.bench.process.Deadline;
import io.thins3.bench.result.Sample;
import io.thins3.bench.result.Sample.Outcome;
import io.thins3.bench.result.StepInfo;
import io.thins3.bench.workload.Reference;
import io.thins3.bench.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs one turn: prepares its scratch directory, mounts, works under a deadline, unmounts, and
 * always comes back with a sample for each step. Thread-safe; timed turns are run one at a time.
 */
final class TurnRunner {
  private final Setting setting;
  private final Mounter mounter;
  private final AtomicInteger turns = new AtomicInteger();

  TurnRunner(Setting setting, Mounter mounter) {
    this.setting = setting;
    this.mounter = mounter;
  }

  /** Runs a turn. Throws only when the store fails or the run is being ended. */
  List<Sample> run(Turn turn, int round, Way way) throws Exception {
    String scratchName = "scratch-" + turns.incrementAndGet();
    String scratchPrefix = setting.dataPrefix() + scratchName + "/";
    Workload workload = turn.workload();
    // The directory exists in the store: some clients show no directory that has no key.
    setting.bucket().put(scratchPrefix, new byte[0]);
    workload.prepare(setting.bucket(), scratchPrefix, setting.sizes(), setting.content());
    if (round != Sample.COUNTING_ROUND) {
      // Other turns of the counting pass are running, and would look up again what they knew.
      KernelCaches.drop();
      BackedMemory.touch(setting.commands(), setting.sizes().pageCacheBytes());
    }
    try {
      return turn.client() == null
          ? reference(turn, round, way, scratchPrefix)
          : client(turn, turn.client(), round, way, scratchName, scratchPrefix);
    } finally {
      if (!setting.cleanup().closed()) {
        setting.bucket().deleteAll(scratchPrefix);
      }
    }
  }

  private List<Sample> client(
      Turn turn,
      InstalledClient client,
      int round,
      Way way,
      String scratchName,
      String scratchPrefix)
      throws Exception {
    List<StepInfo> steps = turn.workload().steps(setting.sizes());
    Duration timeout = timeout(round);
    Deadline deadline = Deadline.in(timeout);
    StepRecorder.Readings atStart = StepRecorder.Readings.atStart(setting.server(), way);
    try (Mount mount =
        mounter.mount(
            client,
            setting.server().endpoint().at(way.endpoint()),
            setting.bucket().name(),
            setting.dataDirectory())) {
      StepRecorder recorder =
          recorder(
              client.name(), round, way, meter(mount.tree()), scratchPrefix, deadline, atStart);
      ClientTrial trial = new ClientTrial(setting, mount, scratchName, round, recorder);
      perform(() -> turn.workload().run(trial), timeout, deadline, recorder, mount);
      return collect(steps, recorder, mount.startSeconds());
    } catch (MountFailure e) {
      failIfEnding();
      StepRecorder recorder =
          recorder(client.name(), round, way, new NoMeter(), scratchPrefix, deadline, atStart);
      return steps.stream()
          .map(step -> recorder.sample(step.id(), Outcome.FAILED, Reasons.of(e)))
          .toList();
    }
  }

  private List<Sample> reference(Turn turn, int round, Way way, String scratchPrefix)
      throws Exception {
    Reference reference = turn.workload().reference().orElseThrow();
    Duration timeout = timeout(round);
    Deadline deadline = Deadline.in(timeout);
    StepRecorder recorder =
        recorder(
            Sample.REFERENCE,
            round,
            way,
            new ChildrenMeter(),
            scratchPrefix,
            deadline,
            StepRecorder.Readings.atStart(setting.server(), way));
    ReferenceTrial trial =
        new ReferenceTrial(
            setting, setting.bucket().presigner(way.endpoint()), scratchPrefix, round);
    perform(
        () -> recorder.step(reference.step(), () -> reference.body().run(trial)),
        timeout,
        deadline,
        recorder,
        null);
    return collect(
        turn.workload().steps(setting.sizes()).stream()
            .filter(step -> step.id().equals(reference.step()))
            .toList(),
        recorder,
        null);
  }

  private StepRecorder recorder(
      String contender,
      int round,
      Way way,
      StepRecorder.Meter meter,
      String scratchPrefix,
      Deadline deadline,
      StepRecorder.Readings atStart) {
    return new StepRecorder(
        contender,
        round,
        way,
        setting.server(),
        meter,
        new Completion(setting.bucket()::list, scratchPrefix),
        deadline,
        atStart);
  }

  private Duration timeout(int round) {
    Duration alone = setting.trialTimeout();
    return round == Sample.COUNTING_ROUND ? alone.multipliedBy(CountingPass.PATIENCE) : alone;
  }

  private interface Job {
    void run() throws Exception;
  }

  /** Works on a thread of its own: a call that hangs in a mount ends only with the client. */
  private void perform(
      Job job, Duration timeout, Deadline deadline, StepRecorder recorder, @Nullable Mount mount)
      throws InterruptedException {
    FutureTask<Boolean> task =
        new FutureTask<>(
            () -> {
              job.run();
              return true;
            });
    Thread worker = new Thread(task, "trial");
    worker.setDaemon(true);
    worker.start();
    try {
      task.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      // The step's sample says it; what was not a step is said here.
      recorder.abandon(Reasons.of(e));
    } catch (TimeoutException e) {
      recorder.abandon("took longer than " + timeout.toSeconds() + " s");
      task.cancel(true);
      if (mount != null) {
        mount.kill();
      }
      worker.join(TimeUnit.SECONDS.toMillis(30));
    }
    failIfEnding();
  }

  /** After a signal everything fails; none of it is a result. */
  private void failIfEnding() {
    if (setting.cleanup().closed()) {
      throw new CancellationException("interrupted");
    }
  }

  private static List<Sample> collect(
      List<StepInfo> steps, StepRecorder recorder, @Nullable Double mountSeconds) {
    List<Sample> samples = new ArrayList<>();
    String failure = null;
    for (StepInfo step : steps) {
      Sample sample = recorder.get(step.id());
      if (sample == null && failure == null) {
        // What failed was no step but what the workload does before it.
        String why = recorder.abandonedBecause();
        sample = recorder.sample(step.id(), Outcome.FAILED, why == null ? "no result" : why);
        failure = step.id() + " failed";
      } else if (sample == null) {
        sample = recorder.sample(step.id(), Outcome.SKIPPED, "not tried: " + failure);
      } else if (sample.outcome() != Outcome.OK) {
        failure = sample.step() + " failed";
      }
      samples.add(samples.isEmpty() ? sample.withMountSeconds(mountSeconds) : sample);
    }
    return samples;
  }

  private static StepRecorder.Meter meter(ProcessTree tree) {
    return new StepRecorder.Meter() {
      @Override
      public double cpuSeconds() {
        return tree.cpuSeconds();
      }

      @Override
      public void resetPeakMemory() {
        tree.resetPeakMemory();
      }

      @Override
      public Long peakMemoryBytes() {
        return tree.peakMemoryBytes();
      }
    };
  }

  private static class NoMeter implements StepRecorder.Meter {
    @Override
    public double cpuSeconds() {
      return 0;
    }

    @Override
    public void resetPeakMemory() {}

    @Override
    public @Nullable Long peakMemoryBytes() {
      return null;
    }
  }

  /** curl's processes have ended and been waited for when the step is over. */
  private static final class ChildrenMeter extends NoMeter {
    @Override
    public double cpuSeconds() {
      return ProcessTree.endedChildrenCpuSeconds();
    }
  }
}
