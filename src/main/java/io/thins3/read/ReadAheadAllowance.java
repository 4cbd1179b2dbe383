package io.thins3.read;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes that all readers together hold of what nobody has asked for yet. Read-ahead that
 * gets no allowance is not made; a read that somebody waits for needs none. Thread-safe.
 */
public final class ReadAheadAllowance {
  private final AtomicLong left;

  /** Creates one of so many bytes. */
  public ReadAheadAllowance(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes " + bytes);
    }
    left = new AtomicLong(bytes);
  }

  /** Takes bytes if they are there. */
  boolean tryTake(long bytes) {
    for (long now = left.get(); now >= bytes; now = left.get()) {
      if (left.compareAndSet(now, now - bytes)) {
        return true;
      }
    }
    return false;
  }

  void giveBack(long bytes) {
    left.addAndGet(bytes);
  }

  /** Bytes that nobody has taken. */
  public long available() {
    return left.get();
  }
}
