package io.thins3.bench.process;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** A point in time after which a wait is given up. Immutable. */
public final class Deadline {
  /** Asked again and again. */
  @FunctionalInterface
  public interface Condition {
    /** Whether the awaited has come. */
    boolean holds() throws Exception;
  }

  private final long endNanos;
  private final Duration length;

  private Deadline(Duration length) {
    this.length = length;
    this.endNanos = System.nanoTime() + length.toNanos();
  }

  /** A deadline from now on. */
  public static Deadline in(Duration length) {
    return new Deadline(length);
  }

  /** Nanoseconds left, 0 when it has passed. */
  public long remainingNanos() {
    return Math.max(0, endNanos - System.nanoTime());
  }

  /** Whether it has passed. */
  public boolean passed() {
    return remainingNanos() == 0;
  }

  /**
   * Asks for a condition every {@code pollMillis} until it holds.
   *
   * @throws TimeoutException when the deadline passes first; the message names {@code what}
   */
  public void await(String what, long pollMillis, Condition condition) throws Exception {
    while (!condition.holds()) {
      if (passed()) {
        throw new TimeoutException(what + " took longer than " + length.toSeconds() + " s");
      }
      Thread.sleep(pollMillis);
    }
  }
}
