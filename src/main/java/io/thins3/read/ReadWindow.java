package io.thins3.read;

/**
 * How far ahead of one sequential reader the store is asked, and in requests of what size.
 *
 * <p>It begins with 1 MiB and one page (Mountpoint for S3: the kernel's first read-ahead and some
 * more, in one request). It doubles when the reader had to wait since it last moved, up to 4
 * requests of 8 MiB, as many streams as make a server on the same machine faster than one does.
 * Beyond that it doubles only as long as the latency of a request costs more than a tenth of the
 * rate: 32 MiB in 30 ms are 1 GiB/s at most, but to a server nearby more in flight is only more
 * memory. It halves when there is no memory for it. Its range is a quarter, so 4 requests are in
 * flight, from 8 to 16 MiB long, where a small window has 2 or 1 shorter ones: below 8 MiB a
 * request's latency weighs more than its transfer.
 *
 * <p>All sizes are whole blocks. Guarded by the engine's lock.
 */
final class ReadWindow {
  /** The first window. */
  static final long INITIAL = (1 << 20) + CacheBlock.BYTES;

  /** Largest window: 6 requests of 16 MiB. At 30 ms they do 0.95 of what one long stream does. */
  static final long LARGEST = 96L << 20;

  /** From here on only a latency is a reason for more. */
  static final long FOR_LATENCY_ONLY = 32L << 20;

  private static final int LATENCY_SHARE = 10;

  private static final long SHORTEST_OF_FOUR = 8L << 20;
  private static final long LONGEST_RANGE = 16L << 20;
  private static final long SHORTEST_RANGE = 1L << 20;

  private final long most;
  private long size;

  /**
   * @param most largest size, in bytes
   */
  ReadWindow(long most) {
    this.most = Math.max(CacheBlock.BYTES, CacheBlock.floor(Math.min(most, LARGEST)));
    this.size = Math.min(INITIAL, this.most);
  }

  /** Bytes ahead of the reader. */
  long size() {
    return size;
  }

  /**
   * The reader had to wait.
   *
   * @param inLatency bytes that the reader gets through in the time between a request and the
   *     beginning of its answer
   * @return whether it is larger now
   */
  boolean grow(long inLatency) {
    long useful = inLatency > size / LATENCY_SHARE ? most : Math.max(size, FOR_LATENCY_ONLY);
    long before = size;
    size = CacheBlock.floor(Math.min(size * 2, Math.min(most, useful)));
    return size > before;
  }

  /** There was no memory. */
  void shrink() {
    size = Math.max(CacheBlock.BYTES, CacheBlock.floor(size / 2));
  }

  /**
   * The length of one request, when the reader may have so much ahead of it.
   *
   * @param ahead bytes, at least one block
   */
  static long range(long ahead) {
    long range = Math.max(ahead / 4, Math.min(ahead / 2, SHORTEST_OF_FOUR));
    long atLeast = Math.max(CacheBlock.BYTES, Math.min(ahead, SHORTEST_RANGE));
    return CacheBlock.floor(Math.max(atLeast, Math.min(range, LONGEST_RANGE)));
  }
}
