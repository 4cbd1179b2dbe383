package io.thins3.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The CRC-64 of the NVMe specification (NVM Command Set 1.0, 5.2.1.3.4, "64b CRC"), which S3 gives
 * to every new object: generator 0xAD93D23594C93659, reflected, register begins and ends inverted.
 * "123456789" has 0xAE8B14860A799888.
 *
 * <p>The JVM has no intrinsic for it. Eight bytes are looked up at once in eight tables, and four
 * places of the text are worked on in turn: one place alone waits for each look-up before it can
 * begin the next. Stateless.
 */
public final class Crc64Nvme {
  /** Its arithmetic. */
  public static final CrcPolynomial POLYNOMIAL =
      new CrcPolynomial(64, Long.reverse(0xAD93D23594C93659L));

  /** Most buffers have this length: a page of the memory budget. */
  private static final int BLOCK_BYTES = 128 << 10;

  /** A lane of a block. */
  private static final int LANE_BYTES = BLOCK_BYTES / 4;

  private static final CrcShift LANE = new CrcShift(POLYNOMIAL, LANE_BYTES);

  /** For byte k of eight: what it adds when 7-k others follow. One array, of constant length. */
  private static final long[] TABLE = table();

  private Crc64Nvme() {}

  private static long[] table() {
    long[] table = new long[8 * 256];
    for (int value = 0; value < 256; value++) {
      long crc = value;
      for (int k = 7; k >= 0; k--) {
        for (int bit = 0; bit < 8; bit++) {
          crc = POLYNOMIAL.timesX(crc);
        }
        table[k * 256 + value] = crc;
      }
    }
    return table;
  }

  /** The CRC of a buffer's remaining bytes; its position stays. */
  public static long of(ByteBuffer bytes) {
    ByteBuffer text = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (text.limit() == BLOCK_BYTES) {
      return ofBlock(text);
    }
    long register = -1;
    int at = 0;
    for (; at <= text.limit() - Long.BYTES; at += Long.BYTES) {
      register = eight(register ^ text.getLong(at));
    }
    for (; at < text.limit(); at++) {
      register = (register >>> 8) ^ TABLE[7 * 256 + ((int) (register ^ text.get(at)) & 0xff)];
    }
    return ~register;
  }

  private static long ofBlock(ByteBuffer text) {
    long a = -1;
    long b = -1;
    long c = -1;
    long d = -1;
    for (int at = 0; at < LANE_BYTES; at += Long.BYTES) {
      a = eight(a ^ text.getLong(at));
      b = eight(b ^ text.getLong(at + LANE_BYTES));
      c = eight(c ^ text.getLong(at + 2 * LANE_BYTES));
      d = eight(d ^ text.getLong(at + 3 * LANE_BYTES));
    }
    return LANE.combine(LANE.combine(LANE.combine(~a, ~b), ~c), ~d);
  }

  private static long eight(long word) {
    return TABLE[(int) word & 0xff]
        ^ TABLE[256 + ((int) (word >>> 8) & 0xff)]
        ^ TABLE[512 + ((int) (word >>> 16) & 0xff)]
        ^ TABLE[768 + ((int) (word >>> 24) & 0xff)]
        ^ TABLE[1024 + ((int) (word >>> 32) & 0xff)]
        ^ TABLE[1280 + ((int) (word >>> 40) & 0xff)]
        ^ TABLE[1536 + ((int) (word >>> 48) & 0xff)]
        ^ TABLE[1792 + (int) (word >>> 56)];
  }
}
