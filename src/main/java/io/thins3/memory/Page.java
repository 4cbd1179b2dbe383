package io.thins3.memory;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One page of the budget. It has one owner at a time, who releases it, once. The memory itself is
 * taken when it is first asked for, so that what is reserved for bytes that have not arrived yet
 * costs nothing.
 *
 * <pre>
 *   reserved ── bytes() ──► filled by its owner ── release() ──► in the pool, or somebody else's
 *       └────────────────── release() ───────────────────────────┘
 * </pre>
 *
 * <p>Not thread-safe: the owner orders the calls.
 */
public final class Page {
  private final MemoryBudget budget;
  private @Nullable ByteBuffer bytes;
  private boolean released;

  Page(MemoryBudget budget) {
    this.budget = budget;
  }

  /**
   * The memory, {@link MemoryBudget#PAGE_BYTES} long, always the same buffer; what is in it at
   * first is left over from others.
   *
   * @throws IllegalStateException when the page was released
   * @throws OutOfMemoryError when the process gets no direct memory
   */
  public ByteBuffer bytes() {
    if (released) {
      throw new IllegalStateException("the page was released");
    }
    ByteBuffer memory = bytes;
    if (memory == null) {
      memory = budget.memory();
      bytes = memory;
    }
    return memory;
  }

  /**
   * Gives the page back; nobody may use its bytes any more.
   *
   * @throws IllegalStateException when it was given back before
   */
  public void release() {
    if (released) {
      throw new IllegalStateException("the page was released before");
    }
    released = true;
    ByteBuffer memory = bytes;
    bytes = null;
    budget.release(1, memory);
  }
}
