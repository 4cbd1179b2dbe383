package io.thins3.fuse.libfuse;

import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer that a callback waits for, given by any thread.
 *
 * <pre>
 *             answer()                 await() returns
 *   WAITING -----------> ANSWERED -------------------->
 *      |
 *      | the deadline passes, or the file system threw
 *      v
 *   GIVEN_UP -- answer(): dropped; the buffer belongs to libfuse again
 * </pre>
 *
 * <p>The lock is held while the bytes are copied, which is memory to memory: a waiter whose
 * deadline passes meanwhile must not hand the buffer back under the copying thread.
 */
abstract class PendingAnswer {
  private static final Logger log = LoggerFactory.getLogger(PendingAnswer.class);

  private enum State {
    WAITING,
    ANSWERED,
    GIVEN_UP
  }

  private final Runnable whenAnswered;
  private State state = State.WAITING;
  private boolean called;
  private int count;
  private @Nullable Errno error;

  /**
   * Creates one.
   *
   * @param whenAnswered run once, when the answer came or can come no more
   */
  PendingAnswer(Runnable whenAnswered) {
    this.whenAnswered = whenAnswered;
  }

  /** Does what makes the answer, and returns the number of bytes. */
  interface Work {
    int run();
  }

  final void answer(Work work) {
    claim();
    try {
      synchronized (this) {
        if (state == State.WAITING) {
          // Answered even when the work throws: with an error.
          error = Errno.EIO;
          try {
            count = work.run();
            error = null;
          } finally {
            state = State.ANSWERED;
            notifyAll();
          }
        }
      }
    } finally {
      whenAnswered.run();
    }
  }

  /** The error answer of both kinds of reply. */
  public final void error(Errno errno) {
    claim();
    synchronized (this) {
      if (state == State.WAITING) {
        error = errno;
        state = State.ANSWERED;
        notifyAll();
      }
    }
    whenAnswered.run();
  }

  private synchronized void claim() {
    if (called) {
      throw new IllegalStateException("answered twice");
    }
    called = true;
  }

  /** No answer will be taken any more: the file system threw instead of giving one. */
  final void giveUp() {
    synchronized (this) {
      state = State.GIVEN_UP;
      if (called) {
        return;
      }
      called = true;
    }
    whenAnswered.run();
  }

  /**
   * Waits for the answer.
   *
   * @return the number of bytes
   * @throws FuseException the error that was answered; EIO when none came in time
   */
  final synchronized int await(Duration deadline) throws FuseException {
    long end = System.nanoTime() + deadline.toNanos();
    try {
      while (state == State.WAITING) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          state = State.GIVEN_UP;
          log.warn("the file system has not answered a read or write within {}: EIO", deadline);
          throw new FuseException(Errno.EIO);
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      state = State.GIVEN_UP;
      throw new FuseException(Errno.EINTR);
    }
    if (error != null) {
      throw new FuseException(error);
    }
    return count;
  }
}
