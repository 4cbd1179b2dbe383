package io.thins3.store;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/**
 * Sends a request again after failures that pass: waits that double, half of each by chance, so
 * that those who failed together do not come back together. Thread-safe.
 */
final class Retries {
  /** One try. */
  @FunctionalInterface
  interface Try<T> {
    /**
     * Makes it.
     *
     * @param atMost what is left of the call's time
     */
    T run(Duration atMost) throws IOException, StoreException;
  }

  private final StoreLimits limits;
  private final int attempts;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;
  private final CountDownLatch closed;

  /**
   * Creates them.
   *
   * @param closed at zero nothing is tried again, and nobody waits any more
   */
  Retries(
      StoreLimits limits,
      int attempts,
      LongSupplier nanoTime,
      RandomGenerator random,
      CountDownLatch closed) {
    this.limits = limits;
    this.attempts = attempts;
    this.nanoTime = nanoTime;
    this.random = random;
    this.closed = closed;
  }

  /** Makes tries until one succeeds, or fails for good, or the call's time is over. */
  <T> T run(Try<T> call) throws IOException, StoreException {
    long end = nanoTime.getAsLong() + limits.ioTimeout().toNanos();
    for (int attempt = 1; ; attempt++) {
      Duration pause;
      try {
        return call.run(Duration.ofNanos(Math.max(1, end - nanoTime.getAsLong())));
      } catch (IOException | RuntimeException e) {
        if (attempt >= attempts || closed.getCount() == 0 || !StoreErrors.isPassing(e)) {
          throw e;
        }
        pause = pause(attempt, e);
        if (nanoTime.getAsLong() + pause.toNanos() - end >= 0) {
          throw ApiCallTimeoutException.builder()
              .message("no time is left for another try")
              .cause(e)
              .build();
        }
      }
      try {
        if (closed.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
          throw new java.net.SocketException("closed");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new java.nio.channels.ClosedByInterruptException();
      }
    }
  }

  /** The wait after a try, or what the store asks for, where that is not too long. */
  private Duration pause(int attempt, Exception failure) {
    long longest = limits.longestBackoff().toNanos();
    long doubled = limits.firstBackoff().toNanos() << Math.min(attempt - 1, 20);
    long whole = Math.min(longest, doubled);
    long jittered = whole / 2 + random.nextLong(whole / 2 + 1);
    return Duration.ofNanos(Math.max(jittered, Math.min(longest, asked(failure))));
  }

  private static long asked(Exception failure) {
    if (!(failure instanceof AwsServiceException answer)
        || answer.awsErrorDetails() == null
        || answer.awsErrorDetails().sdkHttpResponse() == null) {
      return 0;
    }
    return answer
        .awsErrorDetails()
        .sdkHttpResponse()
        .firstMatchingHeader("Retry-After")
        .filter(seconds -> seconds.matches("[0-9]{1,6}"))
        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)).toNanos())
        .orElse(0L);
  }
}
