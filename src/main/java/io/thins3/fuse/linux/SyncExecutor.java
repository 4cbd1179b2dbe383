package io.thins3.fuse.linux;

import java.time.Duration;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads for operations that may wait for the store: as many as there is work for, up to a limit,
 * then a queue with a limit. Idle threads end.
 *
 * <pre>
 *   work that waits ------------------------> 256 threads, queue
 *   work that lists ------- if all wait ----> 16 more, queue
 *   work that needs no store - if all wait -> 16 more, queue
 *   releases -------------------------------^
 * </pre>
 *
 * <p>So when hundreds of programs wait for a store that does not answer, {@code df}, {@code cd} and
 * close(2) work on, and a listing that is known is had.
 *
 * <p>When the machine has no more threads to give (a limit of the container, most often), work goes
 * into the queue of the threads there are: the first of them are begun at the beginning and stay.
 */
final class SyncExecutor {
  /**
   * Enough for a few hundred programs that wait for a store without answers while others work; a
   * thread that waits costs some 50 KiB.
   */
  static final int MAX_THREADS = 256;

  /** Each is one program that waits, so that this is never reached but by a runaway. */
  static final int MAX_QUEUED = 16_384;

  /** What is held back for what need not wait. */
  static final int RESERVED = 16;

  private static final Duration IDLE = Duration.ofSeconds(20);

  /** After {@link #shutdown}: nothing is left of it soon, and what still comes is done. */
  private static final Duration IDLE_AT_END = Duration.ofMillis(100);

  /** What kind of work it is. */
  enum Kind {
    /** Asks the store. */
    WAITS,
    /** Asks the store, unless the listing is known. */
    LISTS,
    /** Asks nobody, as a rule. */
    LOCAL
  }

  private final Lane general;
  private final Lane listing;
  private final Lane local;
  private final int maxQueued;

  SyncExecutor(int maxThreads, int maxQueued) {
    this(maxThreads, maxQueued, Thread::new);
  }

  /**
   * @param threads makes threads that are not started
   */
  SyncExecutor(int maxThreads, int maxQueued, ThreadFactory threads) {
    this.general = new Lane("fuse-work-", Math.min(2, maxThreads), maxThreads, threads);
    this.listing = new Lane("fuse-list-", 1, RESERVED, threads);
    this.local = new Lane("fuse-local-", 1, RESERVED, threads);
    this.maxQueued = maxQueued;
  }

  /**
   * Begins the threads that stay.
   *
   * @throws OutOfMemoryError when the machine has none left
   */
  void start() {
    general.start();
    listing.start();
    local.start();
  }

  /** Runs work on a thread; false when there is no room for it. */
  boolean tryExecute(Runnable work, Kind kind) {
    if (general.handOver(work)) {
      return true;
    }
    Lane lane =
        switch (kind) {
          case WAITS -> general;
          case LISTS -> listing;
          case LOCAL -> local;
        };
    if (lane != general && lane.handOver(work)) {
      return true;
    }
    if (lane.queued() >= maxQueued) {
      return false;
    }
    lane.enqueue(work);
    return true;
  }

  /** Runs work that must be done, and need not wait for the store. It is never refused. */
  void execute(Runnable work) {
    if (!local.handOver(work)) {
      local.enqueue(work);
    }
  }

  /** No thread is kept any more. What was taken is done, and what still comes as well. */
  void shutdown() {
    general.retire();
    listing.retire();
    local.retire();
  }

  /**
   * Some threads and their queue.
   *
   * <p>A ThreadPoolExecutor by itself begins threads beyond its core only when its queue is full.
   * Here {@code offer} succeeds only when an idle thread takes the work, so that another thread is
   * begun otherwise, and what is refused because all threads are busy is queued by the caller.
   */
  private static final class Lane {
    private final HandOver queue = new HandOver();
    private final ThreadPoolExecutor pool;

    Lane(String name, int coreThreads, int maxThreads, ThreadFactory threads) {
      AtomicInteger number = new AtomicInteger();
      pool =
          new ThreadPoolExecutor(
              coreThreads,
              maxThreads,
              IDLE.toMillis(),
              TimeUnit.MILLISECONDS,
              queue,
              work -> {
                Thread thread = threads.newThread(work);
                thread.setName(name + number.incrementAndGet());
                thread.setDaemon(true);
                return thread;
              },
              new ThreadPoolExecutor.AbortPolicy());
    }

    void start() {
      pool.prestartAllCoreThreads();
    }

    /** Gives work to an idle thread or a new one; false when there is none. */
    boolean handOver(Runnable work) {
      try {
        pool.execute(work);
        return true;
      } catch (RejectedExecutionException | OutOfMemoryError e) {
        // All are busy, or the machine gives no thread ("unable to create native thread").
        return false;
      }
    }

    int queued() {
      return queue.size();
    }

    /** Lets work wait for a thread. What it throws says that the work will not be done. */
    void enqueue(Runnable work) {
      queue.put(work);
      if (pool.getPoolSize() == 0) {
        // At the end, when no thread is kept.
        try {
          pool.prestartCoreThread();
        } catch (OutOfMemoryError e) {
          if (queue.remove(work)) {
            throw e;
          }
        }
      }
    }

    void retire() {
      pool.setKeepAliveTime(IDLE_AT_END.toMillis(), TimeUnit.MILLISECONDS);
      pool.allowCoreThreadTimeOut(true);
    }
  }

  /** A queue that takes work only by the hand of an idle thread, unless it is put. */
  private static final class HandOver extends LinkedTransferQueue<Runnable> {
    private static final long serialVersionUID = 1;

    @Override
    public boolean offer(Runnable work) {
      return tryTransfer(work);
    }

    @Override
    public void put(Runnable work) {
      super.offer(work);
    }
  }
}
