package io.thins3.fuse.linux;

import java.time.Duration;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads for operations that may wait for the store: as many as there is work for, up to a limit,
 * then a queue with a limit. Idle threads end.
 *
 * <p>A ThreadPoolExecutor by itself begins threads beyond its core only when its queue is full.
 * Here {@code offer} succeeds only when an idle thread takes the work, so that another thread is
 * begun otherwise, and what is refused because all threads are busy goes into the queue after all.
 */
final class SyncExecutor {
  /**
   * Enough for a few hundred programs that wait for a store without answers while others work; a
   * thread that waits costs some 50 KiB.
   */
  static final int MAX_THREADS = 256;

  /** Each is one program that waits, so that this is never reached but by a runaway. */
  static final int MAX_QUEUED = 16_384;

  private static final Duration IDLE = Duration.ofSeconds(20);

  private final ThreadPoolExecutor threads;

  SyncExecutor(int maxThreads, int maxQueued) {
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            2,
            maxThreads,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new HandOver(),
            work -> {
              Thread thread = new Thread(work, "fuse-work-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            },
            (work, pool) -> {
              if (pool.isShutdown() || pool.getQueue().size() >= maxQueued) {
                throw new RejectedExecutionException();
              }
              ((HandOver) pool.getQueue()).put(work);
            });
    threads.allowCoreThreadTimeOut(true);
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

  /** Runs work on a thread; false when there is no room for it. */
  boolean tryExecute(Runnable work) {
    try {
      threads.execute(work);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Takes no more work; what was taken is done. */
  void shutdown() {
    threads.shutdown();
  }
}
