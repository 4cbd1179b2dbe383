package io.thins3.read;

import java.util.BitSet;

/**
 * The CRC of each block of an object, as far as they have been here, and of all of it once all
 * have. The order does not matter. 8 bytes for each block, 64 KiB for each GiB that was read. Not
 * thread-safe.
 */
final class BlockSums {
  /** Blocks of one piece of the table, which is made when the first of them comes. */
  private static final int PIECE = 1024;

  private final BlockCrc crc;
  private final long size;
  private final int blocks;
  private final long[][] pieces;
  private final BitSet present = new BitSet();
  private int count;

  /** Blocks from the first on that the CRC of the beginning holds. */
  private int beginning;

  private long beginningSum;

  /**
   * @param size of the object, positive
   */
  BlockSums(BlockCrc crc, long size) {
    this.crc = crc;
    this.size = size;
    this.blocks = CacheBlock.index(size - 1) + 1;
    this.pieces = new long[(blocks + PIECE - 1) / PIECE][];
  }

  BlockCrc crc() {
    return crc;
  }

  /** How many are here. */
  int count() {
    return count;
  }

  boolean isComplete() {
    return count == blocks;
  }

  boolean has(int index) {
    return present.get(index);
  }

  /**
   * Takes a block's CRC.
   *
   * @return false when it was here before with another one
   */
  boolean put(int index, long sum) {
    if (present.get(index)) {
      return sum(index) == sum;
    }
    long[] piece = pieces[index / PIECE];
    if (piece == null) {
      piece = new long[Math.min(PIECE, blocks - index / PIECE * PIECE)];
      pieces[index / PIECE] = piece;
    }
    piece[index % PIECE] = sum;
    present.set(index);
    count++;
    while (beginning < blocks && present.get(beginning)) {
      beginningSum =
          beginning == 0 ? sum(0) : crc.combine(beginningSum, sum(beginning), length(beginning));
      beginning++;
    }
    return true;
  }

  /** The CRC of the object. */
  long whole() {
    if (!isComplete()) {
      throw new IllegalStateException(count + " of " + blocks + " blocks");
    }
    return beginningSum;
  }

  private long sum(int index) {
    return pieces[index / PIECE][index % PIECE];
  }

  private int length(int index) {
    return (int) Math.min(CacheBlock.BYTES, size - (long) index * CacheBlock.BYTES);
  }
}
