package io.thins3.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.bench.process.Deadline;
import io.thins3.bench.result.Cost;
import io.thins3.bench.result.Measurement;
import io.thins3.bench.result.Sample;
import io.thins3.bench.result.Sample.Outcome;
import io.thins3.bench.result.Traffic;
import io.thins3.bench.server.Endpoint;
import io.thins3.bench.server.Proxy;
import io.thins3.bench.workload.Work;
import io.thins3.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class StepRecorderTest {
  private static final URI ADDRESS = URI.create("http://127.0.0.1:1");
  private static final Server SERVER =
      new Server(new Endpoint(ADDRESS, "us-east-1", "key", Secret.of("x")), null, "server");

  private final Deque<Double> cpu = new ArrayDeque<>(List.of(1.0, 3.5));
  private final Deque<Map<String, Long>> stored = new ArrayDeque<>();

  private final StepRecorder.Meter meter =
      new StepRecorder.Meter() {
        @Override
        public double cpuSeconds() {
          return cpu.remove();
        }

        @Override
        public void resetPeakMemory() {}

        @Override
        public @Nullable Long peakMemoryBytes() {
          return 7L;
        }
      };

  private final StepRecorder recorder =
      new StepRecorder(
          "a",
          2,
          new Way(ADDRESS, 0, null),
          SERVER,
          meter,
          new Completion(prefix -> stored.remove(), ""),
          Deadline.in(Duration.ofSeconds(30)),
          new StepRecorder.Readings(0, null, null));

  private static Measurement measurement(@Nullable Sample sample) {
    return Objects.requireNonNull(Objects.requireNonNull(sample).measurement());
  }

  @Test
  void step_doneAtClose_takesTheProgramsOwnClock() throws Exception {
    recorder.step("s", () -> Work.operations(4).withBytes(100).withOwnSeconds(0.25));

    Sample sample = Objects.requireNonNull(recorder.get("s"));
    assertThat(sample.outcome()).isEqualTo(Outcome.OK);
    assertThat(sample.round()).isEqualTo(2);
    assertThat(sample.cost()).isEqualTo(new Cost(2.5, null, 7L));
    assertThat(measurement(sample).programSeconds()).isEqualTo(0.25);
    assertThat(measurement(sample).doneSeconds()).isEqualTo(0.25);
    assertThat(measurement(sample).bytes()).isEqualTo(100);
  }

  @Test
  void step_doneLater_addsTheWait() throws Exception {
    stored.add(Map.of());
    stored.add(Map.of("f", 1L));

    recorder.step("s", () -> Work.operations(1).withOwnSeconds(5).publishing(Map.of("f", 1L)));

    assertThat(measurement(recorder.get("s")).programSeconds()).isEqualTo(5);
    assertThat(measurement(recorder.get("s")).doneSeconds()).isGreaterThan(5);
  }

  /** What is never stored is said to be so, and is not the timeout of the whole trial. */
  @Test
  void step_neverInTheStore_failsBeforeTheTrialsDeadline() {
    Deadline deadline = Deadline.in(Duration.ofSeconds(2));
    StepRecorder patient =
        new StepRecorder(
            "a",
            1,
            new Way(ADDRESS, 0, null),
            SERVER,
            meter,
            new Completion(prefix -> Map.of(), ""),
            deadline,
            new StepRecorder.Readings(0, null, null));

    assertThatThrownBy(
            () -> patient.step("s", () -> Work.operations(1).publishing(Map.of("never", 1L))))
        .isInstanceOf(TimeoutException.class);

    assertThat(deadline.passed()).isFalse();
    assertThat(Objects.requireNonNull(patient.get("s")).reason())
        .startsWith("1 of 1 files not as they should be in the store");
  }

  @Test
  void past_mountThroughAProxy_hasItsRequestsAndCosts() throws Exception {
    try (Proxy proxy = Proxy.start(ADDRESS, Duration.ZERO)) {
      StepRecorder mounting =
          new StepRecorder(
              "a",
              0,
              new Way(ADDRESS, 0, proxy),
              SERVER,
              meter,
              new Completion(prefix -> Map.of(), ""),
              Deadline.in(Duration.ofSeconds(30)),
              new StepRecorder.Readings(0, null, new Traffic(Map.of("list", -2L), -10, -20)));

      mounting.past("mount", 0.5);

      Sample sample = Objects.requireNonNull(mounting.get("mount"));
      assertThat(measurement(sample).doneSeconds()).isEqualTo(0.5);
      assertThat(sample.cost()).isEqualTo(new Cost(1, null, 7L));
      assertThat(sample.traffic()).isEqualTo(new Traffic(Map.of("list", 2L), 10, 20));
    }
  }

  @Test
  void step_failure_isRecordedAndThrownOn() {
    assertThatThrownBy(
            () ->
                recorder.step(
                    "s",
                    () -> {
                      throw new IOException("no space");
                    }))
        .isInstanceOf(IOException.class);

    assertThat(Objects.requireNonNull(recorder.get("s")).outcome()).isEqualTo(Outcome.FAILED);
    assertThat(Objects.requireNonNull(recorder.get("s")).reason()).isEqualTo("no space");
  }

  @Test
  void abandon_inTheMidstOfAStep_failsItAndWhatItDoesLaterIsNotRecorded() throws Exception {
    recorder.step(
        "s",
        () -> {
          recorder.abandon("took longer than 5 s");
          return Work.operations(1);
        });

    assertThat(Objects.requireNonNull(recorder.get("s")).outcome()).isEqualTo(Outcome.FAILED);
    assertThat(Objects.requireNonNull(recorder.get("s")).reason())
        .isEqualTo("took longer than 5 s");
  }
}
