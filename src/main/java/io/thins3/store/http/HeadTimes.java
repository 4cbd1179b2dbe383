package io.thins3.store.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long the last few hundred answers of one kind have taken to begin. Thread-safe; one costs
 * some ten nanoseconds.
 *
 * <p>A ring of the last {@value #SAMPLES} times, and how many of them lie in each of a few dozen
 * classes, each a quarter of a doubling wide: a new time takes the oldest one's place, so that the
 * quantiles follow a store that becomes slower or faster.
 */
final class HeadTimes {
  /** So many are enough for a hundredth of them to be more than one. */
  static final int SAMPLES = 512;

  /** Before so many there is no quantile. */
  static final int LEAST_SAMPLES = 100;

  /** The quantile is found anew after so many times: that walks through the classes. */
  private static final int RENEWAL = 16;

  /** Classes in a doubling, as a power of two. */
  private static final int SPLIT_BITS = 2;

  private static final int SPLIT = 1 << SPLIT_BITS;

  /** Of 63 bits of microseconds. */
  private static final int CLASSES = 64 * SPLIT;

  private static final int ONE_IN = 100;

  private final short[] ring = new short[SAMPLES];
  private final short[] counts = new short[CLASSES];
  private int count;
  private int next;
  private volatile @Nullable Duration slowest;

  /** An answer began after so long. */
  synchronized void add(Duration time) {
    int slot = slot(Math.max(0, time.toNanos() / 1000));
    if (count == SAMPLES) {
      counts[ring[next]]--;
    } else {
      count++;
    }
    ring[next] = (short) slot;
    counts[slot]++;
    next = (next + 1) % SAMPLES;
    if (count >= LEAST_SAMPLES && (slowest == null || next % RENEWAL == 0)) {
      slowest = compute();
    }
  }

  /**
   * The time that one in a hundred has exceeded, rounded up by a quarter at most; null before there
   * are {@value #LEAST_SAMPLES}.
   */
  @Nullable Duration slowest() {
    return slowest;
  }

  private Duration compute() {
    int slot = CLASSES;
    int above = 0;
    while (above * ONE_IN <= count) {
      above += counts[--slot];
    }
    return Duration.ofNanos(1000 * end(slot));
  }

  /** Below 4 each number is a class; above, the first three bits and their place are. */
  private static int slot(long micros) {
    if (micros < SPLIT) {
      return (int) micros;
    }
    int shift = 63 - Long.numberOfLeadingZeros(micros) - SPLIT_BITS;
    return (shift << SPLIT_BITS) + (int) (micros >> shift);
  }

  /** The least number of the next class. */
  private static long end(int slot) {
    if (slot < SPLIT) {
      return slot + 1L;
    }
    int shift = (slot >> SPLIT_BITS) - 1;
    long lead = SPLIT + (long) (slot & (SPLIT - 1));
    return (lead + 1) << shift;
  }
}
