package io.thins3.store;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Sends a request again after failures that pass. Thread-safe. */
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
  private final Backoff backoff;
  private final AttemptCounters counters;
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
      Backoff backoff,
      AttemptCounters counters,
      CountDownLatch closed) {
    this.limits = limits;
    this.attempts = attempts;
    this.nanoTime = nanoTime;
    this.backoff = backoff;
    this.counters = counters;
    this.closed = closed;
  }

  /**
   * Makes tries until one succeeds, or fails for good, or the call's time is over: then the last
   * failure is the call's, but for a try that had only a rest of time after a refusal: why the
   * store refuses says more than that it had no time to say so again.
   */
  <T> T run(Try<T> call) throws IOException, StoreException {
    long end = nanoTime.getAsLong() + limits.ioTimeout().toNanos();
    @Nullable AwsServiceException refusal = null;
    for (int attempt = 1; ; attempt++) {
      Duration pause;
      if (attempt == 1) {
        counters.first();
      } else {
        counters.again();
      }
      Duration left = Duration.ofNanos(Math.max(1, end - nanoTime.getAsLong()));
      try {
        return call.run(left);
      } catch (IOException | RuntimeException e) {
        if (refusal != null
            && e instanceof SocketTimeoutException
            && left.compareTo(limits.httpTimeout()) < 0) {
          refusal.addSuppressed(e);
          throw refusal;
        }
        refusal = e instanceof AwsServiceException answer ? answer : null;
        if (attempt >= attempts || closed.getCount() == 0 || !StoreErrors.isPassing(e)) {
          throw e;
        }
        pause = backoff.pause(attempt, e);
        if (nanoTime.getAsLong() + pause.toNanos() - end >= 0) {
          throw e;
        }
      }
      try {
        if (closed.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
          throw new SocketException("closed");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ClosedByInterruptException();
      }
    }
  }
}
