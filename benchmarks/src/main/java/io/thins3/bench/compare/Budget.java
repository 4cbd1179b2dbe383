package io.thins3.bench.compare;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Says whether one more round fits into the time of a run. Each added latency has an equal share of
 * it, counted from the start of the run, so that the first cannot use up the others'; what one
 * leaves over goes to those after it.
 *
 * <pre>
 *   start ── preparation ── rounds at 0 ms ──┤ share 1 ── rounds at 5 ms ──┤ share 2 …
 * </pre>
 *
 * Only timed rounds are averaged: the counting pass, where there is one, is no measure of a round.
 */
final class Budget {
  private final Duration whole;
  private final int shares;
  private final LongSupplier clock;
  private final long startNanos;
  private int share;
  private int rounds;
  private long roundNanos;

  /**
   * A budget that begins now.
   *
   * @param shares number of latencies, at least 1
   * @param clock nanoseconds, as System.nanoTime()
   */
  Budget(Duration whole, int shares, LongSupplier clock) {
    this.whole = whole;
    this.shares = shares;
    this.clock = clock;
    this.startNanos = clock.getAsLong();
  }

  /** The next latency begins. */
  void nextShare() {
    share++;
    rounds = 0;
    roundNanos = 0;
  }

  /** Whether a round fits. The first of a latency always does. */
  boolean roundFits() {
    if (rounds == 0) {
      return true;
    }
    long expectedEnd = clock.getAsLong() - startNanos + roundNanos / rounds;
    return expectedEnd <= whole.multipliedBy(share).dividedBy(shares).toNanos();
  }

  /** A job that can fail. */
  @FunctionalInterface
  interface Round {
    void run() throws Exception;
  }

  /** Runs a timed round. */
  void round(Round round) throws Exception {
    long before = clock.getAsLong();
    round.run();
    rounds++;
    roundNanos += clock.getAsLong() - before;
  }
}
