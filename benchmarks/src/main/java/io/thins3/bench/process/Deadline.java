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

  private Deadline(Duration length, long endNanos) {
    this.length = length;
    this.endNanos = endNanos;
  }

  /** A deadline from now on. */
  public static Deadline in(Duration length) {
    return new Deadline(length, System.nanoTime() + length.toNanos());
  }

  /**
   * An earlier one, for a wait within a wait: who gives up first can say what it waited for.
   * Earlier by 5 seconds, or by a fifth of a length below 25 seconds.
   */
  public Deadline sooner() {
    long earlier = Math.min(5_000_000_000L, length.toNanos() / 5);
    return new Deadline(length.minusNanos(earlier), endNanos - earlier);
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
