package io.thins3.read;

/**
 * How an object is cut into blocks: [0, 128 KiB), [128 KiB, 1 MiB), then 1 MiB each. The first
 * block is what open fetches: small enough for a program that looks at a header, one request for a
 * small file; the second one ends where the even blocks begin.
 */
final class BlockLayout {
  static final int FIRST = 128 << 10;
  static final int BLOCK = 1 << 20;

  private BlockLayout() {}

  /** Number of the block that holds a byte. */
  static long index(long offset) {
    return offset < FIRST ? 0 : 1 + offset / BLOCK;
  }

  /** First byte of a block. */
  static long start(long index) {
    return index == 0 ? 0 : index == 1 ? FIRST : (index - 1) * BLOCK;
  }

  /** Length of a block of an object, 0 when it lies beyond the end. */
  static int length(long index, long objectSize) {
    return (int) Math.max(0, Math.min(start(index + 1), objectSize) - start(index));
  }
}
