package io.thins3.bench.server;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * The bytes that are stored and written: random once, so that nothing compresses them, and stamped
 * with their position every 4 KiB, so that no two blocks are alike. Immutable.
 */
public final class Content {
  private static final int STAMP_EVERY = 4 << 10;

  private final byte[] random;

  /** Bytes that depend on the seed alone. */
  public Content(long seed) {
    random = new byte[1 << 20];
    new SplittableRandom(seed).nextBytes(random);
  }

  /** Fills a buffer from its position to its limit with what belongs at {@code offset}. */
  public void fill(ByteBuffer target, long offset) {
    while (target.hasRemaining()) {
      int within = (int) (offset % random.length);
      int count = Math.min(target.remaining(), random.length - within);
      int start = target.position();
      target.put(random, within, count);
      for (int stamp = (STAMP_EVERY - within % STAMP_EVERY) % STAMP_EVERY;
          stamp + Long.BYTES <= count;
          stamp += STAMP_EVERY) {
        target.putLong(start + stamp, offset + stamp);
      }
      offset += count;
    }
  }

  /** A new array with what belongs at {@code offset}. */
  public byte[] bytes(long offset, int length) {
    byte[] bytes = new byte[length];
    fill(ByteBuffer.wrap(bytes), offset);
    return bytes;
  }
}
