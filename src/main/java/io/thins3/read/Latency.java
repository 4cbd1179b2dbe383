package io.thins3.read;

/**
 * How long a store takes from a request to the beginning of its answer: the least of the last 16 to
 * 32 answers. The mean would be that of a queue, which more requests at a time only make longer.
 * Guarded by the engine's lock.
 */
final class Latency {
  private static final int EPOCH = 16;

  private long least = Long.MAX_VALUE;
  private long leastBefore = Long.MAX_VALUE;
  private int answers;

  /** An answer began so many nanoseconds after its request. */
  void add(long nanos) {
    if (answers == EPOCH) {
      leastBefore = least;
      least = Long.MAX_VALUE;
      answers = 0;
    }
    answers++;
    least = Math.min(least, nanos);
  }

  /** Nanoseconds; 0 when nothing was answered yet. */
  long nanos() {
    long nanos = Math.min(least, leastBefore);
    return nanos == Long.MAX_VALUE ? 0 : nanos;
  }
}
