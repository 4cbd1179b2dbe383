package io.thins3.store;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

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
   * failure is the call's.
   */
  <T> T run(Try<T> call) throws IOException, StoreException {
    long end = nanoTime.getAsLong() + limits.ioTimeout().toNanos();
    for (int attempt = 1; ; attempt++) {
      Duration pause;
      if (attempt == 1) {
        counters.first();
      } else {
        counters.again();
      }
      try {
        return call.run(Duration.ofNanos(Math.max(1, end - nanoTime.getAsLong())));
      } catch (IOException | RuntimeException e) {
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
          throw new java.net.SocketException("closed");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new java.nio.channels.ClosedByInterruptException();
      }
    }
  }
}
