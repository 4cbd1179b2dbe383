package io.thins3.bench.process;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends a run when the JVM is told to end (Ctrl-C, SIGTERM).
 *
 * <pre>
 *   signal ── nothing new is made ── the run's thread is interrupted ── it stops (or 20 s pass)
 *                                                                            │
 *                                                  JVM halts ◄── all is undone
 * </pre>
 *
 * The run is stopped before anything is undone, because it would write into directories that are
 * being removed and put objects into a bucket that is being emptied.
 */
public final class Interruption {
  /** An unmount by force, and a request to the store that is given up. */
  private static final long STOPS_WITHIN_SECONDS = 20;

  private final Cleanup cleanup;
  private final Thread worker;
  private final CountDownLatch stopped = new CountDownLatch(1);

  private Interruption(Cleanup cleanup, Thread worker) {
    this.cleanup = cleanup;
    this.worker = worker;
  }

  /**
   * Does the work of a run on this thread; a signal stops it and then undoes what it made.
   *
   * @param cleanup closed by the caller when the work is done or has failed
   */
  public static <T> T guard(Cleanup cleanup, Callable<T> work) throws Exception {
    Interruption interruption = new Interruption(cleanup, Thread.currentThread());
    Runtime.getRuntime().addShutdownHook(new Thread(interruption::run, "interruption"));
    return interruption.perform(work);
  }

  private <T> T perform(Callable<T> work) throws Exception {
    try {
      return work.call();
    } finally {
      stopped.countDown();
    }
  }

  private void run() {
    cleanup.end();
    if (stopped.getCount() > 0) {
      cleanup.interrupt(worker);
      awaitStop();
    }
    cleanup.close();
  }

  private void awaitStop() {
    try {
      if (!stopped.await(STOPS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("bench: the run does not stop; removing what it made all the same");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
