package io.thins3.write;

import io.thins3.memory.MemoryBudget;
import io.thins3.memory.Page;
import io.thins3.memory.Reservation;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The pages that writers hold: never more than three quarters of the budget, so that readers, who
 * wait for pages, always find some that come back. Nobody waits here: a writer without a page waits
 * for its own parts that are under way, or goes to the disk. Thread-safe.
 */
public final class PartMemory {
  private final MemoryBudget budget;
  private final int most;
  private final AtomicInteger taken = new AtomicInteger();

  /** Of one budget, for all buckets. */
  public PartMemory(MemoryBudget budget) {
    this.budget = budget;
    this.most = Math.max(1, budget.limit() / 4 * 3);
  }

  /** A page, or null when there is none now. */
  @Nullable Page tryTake() {
    if (taken.incrementAndGet() > most) {
      taken.decrementAndGet();
      return null;
    }
    Page page = null;
    try {
      Reservation reservation = budget.tryReserve(1);
      page = reservation == null ? null : reservation.take();
      if (page != null) {
        page.bytes(); // which may fail: then it is as if there were none
      }
      return page;
    } catch (OutOfMemoryError e) {
      if (page != null) {
        page.release();
      }
      page = null;
      return null;
    } finally {
      if (page == null) {
        taken.decrementAndGet();
      }
    }
  }

  /** Gives a page back. */
  void give(Page page) {
    taken.decrementAndGet();
    page.release();
  }

  /** Whether a writer who wants much of it would have to wait soon. */
  boolean isShort() {
    return taken.get() > most / 2 || budget.hasWaiters();
  }

  /** Pages that are held. */
  int taken() {
    return taken.get();
  }
}
