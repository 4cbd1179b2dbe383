package io.thins3.memory;

/** How large the budget is where nobody has said it. */
public final class MemoryLimit {
  /** Least budget: two streams with windows that hide a latency of 30 ms, and their readers. */
  public static final long LEAST = 64L << 20;

  private static final long MOST = 192L << 20;

  private MemoryLimit() {}

  /**
   * A quarter of the memory, at least 64 and at most 192 MiB: the rest is for the heap, the JVM,
   * the page cache, which a control group counts too, and the other processes.
   *
   * @param memory bytes of the machine or the control group; 0 when it is not known
   */
  public static long ofMachine(long memory) {
    return memory <= 0 ? MOST : Math.max(LEAST, Math.min(MOST, memory / 4));
  }
}
