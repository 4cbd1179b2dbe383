package io.thins3.write;

import io.thins3.store.UploadedPart;

/**
 * Where the parts of a streamed upload begin: 8 MiB each, and twice as much after every thousand,
 * so that 10,000 parts hold 7.99 TiB, more than the 5 TiB that an object may have.
 *
 * <p>8 MiB: one PUT of 8 MiB in a row is as fast as larger ones on a local store, and three of them
 * under way hide 30 ms of distance. Stateless.
 */
final class PartSizes {
  /** Bytes of the first parts. */
  static final int FIRST = 8 << 20;

  /** Most bytes of an object (Amazon S3 User Guide, "Multipart upload limits"). */
  static final long LARGEST_OBJECT = 5L << 40;

  private static final int STEP = 1000;

  private PartSizes() {}

  /** Bytes of a part, by its number from 1 on. */
  static long size(int number) {
    if (number < 1 || number > UploadedPart.MOST) {
      throw new IllegalArgumentException("part " + number);
    }
    return (long) FIRST << ((number - 1) / STEP);
  }

  /** The first byte of a part. */
  static long offset(int number) {
    int steps = (number - 1) / STEP;
    long before = ((1L << steps) - 1) * STEP * FIRST;
    return before + (long) ((number - 1) % STEP) * ((long) FIRST << steps);
  }

  /** The number of the part that a byte lies in. */
  static int at(long offset) {
    int steps = 0;
    long begin = 0;
    for (long bytes = (long) STEP * FIRST; offset - begin >= bytes; bytes <<= 1) {
      begin += bytes;
      steps++;
    }
    return steps * STEP + 1 + (int) ((offset - begin) / ((long) FIRST << steps));
  }
}
