package io.thins3.write;

import java.nio.ByteBuffer;

/** What holes read as. */
final class Zeros {
  private static final int BYTES = 64 << 10;

  private Zeros() {}

  /** Puts zeros into a buffer; its position moves. */
  static void put(ByteBuffer target, int bytes) {
    int left = bytes;
    for (; left >= Long.BYTES; left -= Long.BYTES) {
      target.putLong(0);
    }
    for (; left > 0; left--) {
      target.put((byte) 0);
    }
  }

  /** A new buffer of zeros, of at most so many bytes. */
  static ByteBuffer buffer(long bytes) {
    return ByteBuffer.allocate((int) Math.min(BYTES, bytes)).asReadOnlyBuffer();
  }
}
