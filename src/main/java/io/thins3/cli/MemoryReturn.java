package io.thins3.cli;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When to ask for a garbage collection, with which direct memory that nobody refers to goes back to
 * the system. An idle process makes none by itself: 160 MiB stayed for ever, and were gone 10 ms
 * after asking for one. But each is a full one, and stops all readers meanwhile; under a load that
 * changes some memory is always let go of.
 *
 * <pre>
 *   nothing waits ──► memory is let go of ──► waits ──► 16 MiB of it, or nobody reads,
 *        ▲                                              and the last one was a minute ago
 *        └───────────────────── collect ◄───────────────────────┘
 * </pre>
 *
 * <p>For one thread.
 */
final class MemoryReturn {
  /** Less is not worth a pause of those who read. */
  static final long WORTH_IT = 16L << 20;

  static final Duration BETWEEN = Duration.ofMinutes(1);

  private final LongSupplier nanoTime;
  private long waiting;
  private long reads;
  private boolean collected;
  private long collectedAt;

  /**
   * @param nanoTime the clock
   */
  MemoryReturn(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Looks at what has happened since the last look.
   *
   * @param letGo bytes that were let go of since then
   * @param readsSoFar READs since the start
   * @return whether to collect now, which counts as done
   */
  boolean look(long letGo, long readsSoFar) {
    waiting += letGo;
    boolean idle = readsSoFar == reads;
    reads = readsSoFar;
    long now = nanoTime.getAsLong();
    if (waiting == 0
        || !(idle || waiting >= WORTH_IT)
        || (collected && now - collectedAt < BETWEEN.toNanos())) {
      return false;
    }
    waiting = 0;
    collected = true;
    collectedAt = now;
    return true;
  }
}
