package io.thins3.testing;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition that nothing announces, by looking again every few milliseconds. */
public final class Eventually {
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private Eventually() {}

  /** A condition that may fail to be evaluated. */
  public interface Condition {
    /** Whether it holds. */
    boolean holds() throws Exception;
  }

  /** Waits until the condition holds; an AssertionError that names it when the deadline passes. */
  public static void await(String what, Duration deadline, Condition condition) throws Exception {
    long end = System.nanoTime() + deadline.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + deadline + ": " + what);
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }
}
