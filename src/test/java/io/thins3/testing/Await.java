package io.thins3.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Waits for a condition with a deadline. */
public final class Await {
  private static final long PAUSE_NANOS = 5_000_000;

  /** A condition; an exception counts as "not yet", and is shown when time is up. */
  @FunctionalInterface
  public interface Condition {
    /** Whether it holds now. */
    boolean holds() throws Exception;
  }

  private Await() {}

  /**
   * Returns as soon as the condition holds.
   *
   * @throws AssertionError when it does not in time, or the thread was interrupted
   */
  public static void until(String what, Duration atMost, Condition condition) {
    long deadline = System.nanoTime() + atMost.toNanos();
    Exception last = null;
    do {
      try {
        if (condition.holds()) {
          return;
        }
        last = null;
      } catch (Exception e) {
        last = e;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    } while (!Thread.currentThread().isInterrupted() && System.nanoTime() - deadline < 0);
    throw failure(what, atMost, last);
  }

  private static AssertionError failure(String what, Duration atMost, @Nullable Exception last) {
    return new AssertionError("not within " + atMost.toMillis() + " ms: " + what, last);
  }
}
