package io.thins3.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.S3Exception;

class RetriesTest {
  private static final StoreLimits LIMITS =
      StoreFixture.limits(Duration.ofSeconds(5), Duration.ofSeconds(20), 4);

  private final AtomicLong now = new AtomicLong();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AttemptCounters counters = new AttemptCounters();
  private final Retries retries =
      new Retries(
          LIMITS,
          LIMITS.attempts(),
          now::get,
          new Backoff(LIMITS.firstBackoff(), LIMITS.longestBackoff(), new Random(1)::nextLong),
          counters,
          closed);

  @Test
  void run_passingFailures_areTriedAgainUpToTheLimit() throws Exception {
    List<Duration> left = new ArrayList<>();

    assertThatThrownBy(
            () ->
                retries.run(
                    atMost -> {
                      left.add(atMost);
                      now.addAndGet(Duration.ofSeconds(1).toNanos());
                      throw new SocketException("reset");
                    }))
        .isInstanceOf(SocketException.class);

    assertThat(left)
        .containsExactly(
            Duration.ofSeconds(20),
            Duration.ofSeconds(19),
            Duration.ofSeconds(18),
            Duration.ofSeconds(17));
  }

  @Test
  void run_failureThenSuccess_isTheSuccess() throws Exception {
    int[] tries = new int[1];

    String answer =
        retries.run(
            atMost -> {
              if (++tries[0] < 3) {
                throw new SocketException("reset");
              }
              return "answer";
            });

    assertThat(answer).isEqualTo("answer");
    assertThat(tries[0]).isEqualTo(3);
    assertThat(counters.attempts()).isEqualTo(3);
    assertThat(counters.retries()).isEqualTo(2);
  }

  @Test
  void run_noTimeLeft_endsWithTheLastFailure() {
    assertThatThrownBy(
            () ->
                retries.run(
                    atMost -> {
                      now.addAndGet(Duration.ofSeconds(20).toNanos());
                      throw new SocketException("reset");
                    }))
        .hasMessage("reset");
    assertThat(counters.attempts()).isEqualTo(1);
  }

  /** Refused, then without an answer in the time that it has. */
  private void refusedThenLate(Duration untilLate) throws Exception {
    int[] tries = new int[1];
    retries.run(
        atMost -> {
          if (++tries[0] == 1) {
            now.addAndGet(untilLate.toNanos());
            throw S3Exception.builder().statusCode(503).message("slow down").build();
          }
          now.addAndGet(Math.min(atMost.toNanos(), LIMITS.httpTimeout().toNanos()));
          throw new SocketTimeoutException("no bytes in time");
        });
  }

  @Test
  void run_onlyARestOfTimeAfterARefusal_endsWithTheRefusal() {
    assertThatThrownBy(() -> refusedThenLate(Duration.ofSeconds(19)))
        .isInstanceOf(S3Exception.class)
        .hasMessageContaining("slow down");
  }

  @Test
  void run_noAnswerInAWholeWaitAfterARefusal_endsWithTheTimeout() {
    assertThatThrownBy(() -> refusedThenLate(Duration.ofSeconds(10)))
        .isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void run_closed_triesNothingAgain() {
    closed.countDown();
    int[] tries = new int[1];

    assertThatThrownBy(
            () ->
                retries.run(
                    atMost -> {
                      tries[0]++;
                      throw new SocketException("reset");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(tries[0]).isEqualTo(1);
  }
}
