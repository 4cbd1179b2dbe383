package io.thins3.memory;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All the memory that holds content, in pages: nobody fills memory that was not reserved here.
 *
 * <pre>
 *   tryReserve ── room, and nobody waits ──► Reservation ── take ──► Page ── release ─┐
 *        └─ else null                            ▲                                    │
 *   reserve ──► queue, first in first out ───────┴──────── room for the first ◄───────┘
 * </pre>
 *
 * <p>Why it cannot deadlock: whoever waits for pages holds none, and asks for all that it needs to
 * finish at once. What others hold comes back without further pages (a request to the store ends by
 * its deadline), or is a cache, which gives way ({@link Reclaimer}). So the first of the queue is
 * always served, and nobody behind it can take its turn.
 *
 * <p>Thread-safe; never waits, but for its own lock, under which nothing is allocated and nobody is
 * called.
 */
public final class MemoryBudget {
  /**
   * Bytes of a page. One READ of libfuse, and 9 of these are the first read window. Smaller pages
   * make a READ of 1 MiB an answer of more pieces; with larger ones a small file, or a block of a
   * random reader, wastes more of the budget. Also glibc's M_MMAP_THRESHOLD: pages of this size are
   * mapped one by one, so giving one back gives it to the system.
   */
  public static final int PAGE_BYTES = 128 << 10;

  private record Waiter(int pages, CompletableFuture<Reservation> granted) {}

  private static final class Grant implements Runnable {
    private final CompletableFuture<Reservation> waiter;
    private final Reservation pages;

    /** An executor that fails may have queued it all the same. */
    private final AtomicBoolean decided = new AtomicBoolean();

    Grant(CompletableFuture<Reservation> waiter, Reservation pages) {
      this.waiter = waiter;
      this.pages = pages;
    }

    @Override
    public void run() {
      if (decided.compareAndSet(false, true) && !waiter.complete(pages)) {
        pages.close(); // cancelled meanwhile
      }
    }
  }

  private record Refusal(Grant grant, Throwable reason) {
    void tell() {
      grant.waiter.completeExceptionally(reason);
    }
  }

  private final int limit;
  private final LongSupplier nanoTime;
  private final Executor grants;
  private final List<Reclaimer> reclaimers = new CopyOnWriteArrayList<>();

  // All guarded by this.
  private final PagePool pool = new PagePool();
  private final ArrayDeque<Waiter> queue = new ArrayDeque<>();
  private int reserved;
  private int highWater;

  /**
   * Creates one; memory is taken when it is first used.
   *
   * @param bytes the limit, at least one page; rounded down to pages
   * @param nanoTime the clock for idle pages
   * @param grants tells those who waited that they have got their pages, so that whoever releases a
   *     page, perhaps under a lock of its own, does not run their code
   */
  public MemoryBudget(long bytes, LongSupplier nanoTime, Executor grants) {
    if (bytes < PAGE_BYTES || bytes / PAGE_BYTES > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a budget of " + bytes + " bytes");
    }
    this.limit = (int) (bytes / PAGE_BYTES);
    this.nanoTime = nanoTime;
    this.grants = grants;
  }

  /** Pages that bytes of that number need. */
  public static int pages(long bytes) {
    return Math.toIntExact((bytes + PAGE_BYTES - 1) / PAGE_BYTES);
  }

  /** Most pages that may be reserved. */
  public int limit() {
    return limit;
  }

  /** Registers a cache that gives way when somebody waits. */
  public void addReclaimer(Reclaimer reclaimer) {
    reclaimers.add(reclaimer);
  }

  /**
   * Reserves pages if they are there and nobody waits for some: for what is optional.
   *
   * @param pages positive
   * @return null when not now
   */
  public synchronized @Nullable Reservation tryReserve(int pages) {
    check(pages);
    if (!queue.isEmpty() || pages > limit - reserved) {
      return null;
    }
    Reservation reservation = new Reservation(this, pages);
    count(pages);
    return reservation;
  }

  /**
   * Reserves pages when it is this one's turn. Who waits should hold no pages meanwhile (see
   * above).
   *
   * @param pages positive, at most {@link #limit}
   * @return completes by the executor, never here; to cancel it gives up the place in the queue,
   *     which may be what those behind it waited for
   */
  public CompletableFuture<Reservation> reserve(int pages) {
    check(pages);
    if (pages > limit) {
      throw new IllegalArgumentException(pages + " pages of " + limit);
    }
    Waiter waiter = new Waiter(pages, new CompletableFuture<>());
    var unused =
        waiter.granted.whenComplete(
            (reservation, failure) -> {
              if (failure instanceof CancellationException) {
                cancelled(waiter);
              }
            });
    synchronized (this) {
      queue.add(waiter);
    }
    try {
      grant();
      if (shortage() > 0) {
        reclaimers.forEach(Reclaimer::reclaim);
      }
    } catch (RuntimeException | Error e) { // nobody will hear of the grant
      if (!waiter.granted.cancel(false) && !waiter.granted.isCompletedExceptionally()) {
        waiter.granted.join().close();
      }
      throw e;
    }
    return waiter.granted;
  }

  /** Pages that are missing for all who wait; 0 when nobody does. */
  public synchronized int shortage() {
    long wanted = 0;
    for (Waiter waiter : queue) {
      wanted += waiter.pages;
    }
    return (int) Math.min(limit, Math.max(0, wanted - (limit - reserved)));
  }

  /** Pages that nobody has reserved, 0 while somebody waits for some. */
  public synchronized int free() {
    return queue.isEmpty() ? limit - reserved : 0;
  }

  /** Whether somebody waits for pages. */
  public synchronized boolean hasWaiters() {
    return !queue.isEmpty();
  }

  /**
   * Lets go of memory that has been idle for 30 s; to be called every few seconds.
   *
   * @return how many pages. They go back to the system with the next garbage collection, which an
   *     idle process does not make by itself
   */
  public synchronized int trim() {
    return pool.trim(nanoTime.getAsLong());
  }

  /** The counts now. */
  public synchronized MemoryCounts counts() {
    return new MemoryCounts(limit, reserved, pool.size(), highWater, queue.size());
  }

  /** Memory for a page that is reserved. Fresh memory is made outside of the lock: 50 us a page. */
  ByteBuffer memory() {
    ByteBuffer pooled;
    synchronized (this) {
      pooled = pool.poll();
    }
    return pooled == null ? ByteBuffer.allocateDirect(PAGE_BYTES) : pooled;
  }

  void release(int pages, @Nullable ByteBuffer memory) {
    long now = nanoTime.getAsLong();
    try {
      synchronized (this) {
        if (pages > reserved) {
          throw new IllegalStateException(pages + " pages given back, " + reserved + " reserved");
        }
        reserved -= pages;
        if (memory != null) {
          pool.add(memory, now);
        }
      }
    } finally { // also when the pool gets no memory for its list
      grant();
    }
  }

  /** Serves the queue from its head, as far as there is room. */
  private void grant() {
    List<Refusal> refused = List.of();
    for (Grant next = next(); next != null; next = next()) {
      try {
        grants.execute(next);
      } catch (RuntimeException | Error e) { // it is shutting down, or gets no thread
        if (next.decided.compareAndSet(false, true)) {
          synchronized (this) {
            reserved -= next.pages.left();
          }
          if (refused.isEmpty()) {
            refused = new ArrayList<>();
          }
          refused.add(new Refusal(next, e));
        }
      }
    }
    if (!refused.isEmpty()) {
      // Not by this thread: it may hold a lock that those who waited take (see the constructor).
      List<Refusal> all = refused;
      try {
        var unused = CompletableFuture.runAsync(() -> all.forEach(Refusal::tell));
      } catch (RuntimeException | Error e) { // no thread for that either: better here than never
        all.forEach(Refusal::tell);
      }
    }
  }

  private synchronized @Nullable Grant next() {
    Waiter first = queue.peek();
    if (first == null || first.pages > limit - reserved) {
      return null;
    }
    Grant next = new Grant(first.granted, new Reservation(this, first.pages));
    queue.remove();
    count(first.pages);
    return next;
  }

  /** Those behind it may have waited for its turn only: nobody need release a page for them. */
  private void cancelled(Waiter waiter) {
    synchronized (this) {
      queue.remove(waiter);
    }
    grant();
  }

  /** Whoever gets the pages exists already: to make it may fail, and they would be lost. */
  private void count(int pages) {
    reserved += pages;
    highWater = Math.max(highWater, reserved);
  }

  private static void check(int pages) {
    if (pages < 1) {
      throw new IllegalArgumentException(pages + " pages");
    }
  }
}
