package io.thins3.memory;

/**
 * The right to a number of pages. Pages that are taken belong to the taker; the rest goes back with
 * {@link #close}. Not thread-safe: it has one owner.
 */
public final class Reservation implements AutoCloseable {
  private final MemoryBudget budget;
  private int left;

  Reservation(MemoryBudget budget, int pages) {
    this.budget = budget;
    this.left = pages;
  }

  /** Pages that were not taken yet. */
  public int left() {
    return left;
  }

  /**
   * Takes one page.
   *
   * @throws IllegalStateException when none is left
   */
  public Page take() {
    if (left == 0) {
      throw new IllegalStateException("no page is left");
    }
    Page page = new Page(budget); // to make it may fail
    left--;
    return page;
  }

  /** Gives back what was not taken. May be called again. */
  @Override
  public void close() {
    int rest = left;
    left = 0;
    if (rest > 0) {
      budget.release(rest, null);
    }
  }
}
