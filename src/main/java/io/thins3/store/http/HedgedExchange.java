package io.thins3.store.http;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A request that may be sent a second time while its answer does not begin; the first answer
 * counts, the other request is aborted, and only one body is ever read.
 *
 * <pre>
 *              ┌── the first's head, its failure, or it is repeated ──► OVER
 *   ALONE ─────┤
 *              └── hedge ──► BOTH ─┬─ the first's head ──────► OVER   the second is aborted
 *                                  ├─ the second's head ─────► TAKEN  the first is aborted, and its
 *                                  │                                  caller takes the second's answer
 *                                  └─ the second failed ─────► OVER   the first goes on alone
 * </pre>
 *
 * <p>The caller waits in the first request itself: a thread switch for each answer would cost more
 * than all hedges gain. When the first fails while both run, its caller waits for the second; when
 * both fail, the first's failure is the failure.
 *
 * <p>No lock is held while anything is sent, read or aborted: who changes the state then does to
 * the other request what the change says.
 */
final class HedgedExchange {
  private enum State {
    ALONE,
    BOTH,
    TAKEN,
    OVER
  }

  private final HttpExchange first;
  private final long end;
  private final LongSupplier nanoTime;
  private final Object lock = new Object();

  // Guarded by lock.
  private State state = State.ALONE;
  private @Nullable HttpExchange second;
  private @Nullable HttpResponse answer;

  /**
   * Creates one.
   *
   * @param end time of the clock when the wait for the second ends
   */
  HedgedExchange(HttpExchange first, long end, LongSupplier nanoTime) {
    this.first = first;
    this.end = end;
    this.nanoTime = nanoTime;
  }

  /** The time of the clock when the first was sent, or 0 when it was not yet. */
  long sentAt() {
    return first.sentAt();
  }

  /** Sends the first and waits for an answer. */
  HttpResponse call() throws IOException {
    HttpResponse own;
    try {
      own = first.callRepeated(this::mayRepeat);
    } catch (ClosedByInterruptException e) {
      abandon();
      throw e;
    } catch (IOException e) {
      return afterFailure(e);
    } catch (RuntimeException | Error e) {
      abandon();
      throw e;
    }
    HttpResponse others = firstEnded();
    if (others == null) {
      return own;
    }
    own.body().discard();
    return others;
  }

  /** Whether the answer that {@link #call} gave is the second's. */
  boolean isTaken() {
    synchronized (lock) {
      return state == State.TAKEN;
    }
  }

  /** A repetition of the first on a new connection is a second chance already. */
  private boolean mayRepeat() {
    synchronized (lock) {
      if (state == State.ALONE) {
        state = State.OVER;
      }
      return state == State.OVER;
    }
  }

  /** The second's answer when that was earlier; else the second is ended. */
  private @Nullable HttpResponse firstEnded() {
    HttpExchange loser;
    synchronized (lock) {
      if (state == State.TAKEN) {
        return answer;
      }
      loser = state == State.BOTH ? second : null;
      state = State.OVER;
    }
    if (loser != null) {
      loser.abort();
    }
    return null;
  }

  private HttpResponse afterFailure(IOException failure) throws IOException {
    try {
      synchronized (lock) {
        while (state == State.BOTH) {
          long left = TimeUnit.NANOSECONDS.toMillis(end - nanoTime.getAsLong());
          if (left <= 0) {
            break;
          }
          lock.wait(left);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      abandon();
      throw new ClosedByInterruptException();
    }
    HttpResponse others = firstEnded();
    if (others == null) {
      throw failure;
    }
    return others;
  }

  /** Nobody wants an answer any more. */
  private void abandon() {
    HttpResponse others = firstEnded();
    if (others != null) {
      others.body().discard();
    }
  }

  /** Makes a request the second, which is to be run then; false when the first is not alone. */
  boolean begin(HttpExchange other) {
    synchronized (lock) {
      if (state != State.ALONE) {
        return false;
      }
      state = State.BOTH;
      second = other;
      return true;
    }
  }

  /**
   * Sends the second and waits for its answer. Does not fail: its failure changes nothing for the
   * first.
   *
   * @return whether it was sent; else there was no room for it
   */
  boolean run(HttpExchange other) {
    HttpResponse response = null;
    try {
      response = other.call();
    } catch (IOException e) {
      // The first's own answer or failure is what counts.
      return !(e instanceof PoolTimeoutException);
    } finally {
      if (response == null) {
        lost();
      }
    }
    // An error answer decides nothing: the first may be answered well.
    if (response.status() < 300 && taken(response)) {
      first.abort();
    } else {
      response.body().discard();
      lost();
    }
    return true;
  }

  private boolean taken(HttpResponse response) {
    synchronized (lock) {
      if (state != State.BOTH) {
        return false;
      }
      state = State.TAKEN;
      answer = response;
      lock.notifyAll();
      return true;
    }
  }

  private void lost() {
    synchronized (lock) {
      if (state == State.BOTH) {
        state = State.OVER;
        lock.notifyAll();
      }
    }
  }
}
