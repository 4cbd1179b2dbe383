package io.thins3.write;

import io.thins3.write.WriteException.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Who may change a file: one after the other, in the order in which they came. Some wait in a
 * thread (a FLUSH), others are run when it is their turn (a WRITE, which may not wait).
 *
 * <pre>
 *   enter / run ──► queue, first in first out ──► the one whose turn it is ──► leave ──► the next
 * </pre>
 *
 * <p>A turn lasts over I/O, and is no lock: nobody is blocked by it who does not ask for the same
 * file. Thread-safe.
 */
final class Turns {
  private final Deque<Runnable> queue = new ArrayDeque<>(); // guarded by this
  private boolean taken; // guarded by this
  private long left; // guarded by this; how many turns have ended, or come further

  /** Runs something when it is its turn, perhaps now; it must see to it that it leaves. */
  void run(Runnable turn) {
    synchronized (this) {
      if (taken) {
        queue.add(turn);
        return;
      }
      taken = true;
    }
    turn.run();
  }

  /** Whether nobody has a turn, or waits for one. */
  synchronized boolean isIdle() {
    return !taken;
  }

  /**
   * Waits for the turn.
   *
   * @param patience longest that nobody's turn may end, or come further
   * @throws WriteException TIMEOUT
   */
  void enter(Duration patience) throws WriteException {
    Waiter waiter = new Waiter();
    run(waiter);
    boolean interrupted = false;
    try {
      synchronized (this) {
        long seen = left;
        long since = System.nanoTime();
        while (!waiter.granted) {
          if (left != seen) {
            seen = left;
            since = System.nanoTime();
          }
          long rest = patience.toMillis() - (System.nanoTime() - since) / 1_000_000;
          if (rest <= 0) {
            queue.remove(waiter);
            throw new WriteException(
                Kind.TIMEOUT, "others' work on the file made no progress within " + patience, null);
          }
          try {
            wait(rest);
          } catch (InterruptedException e) {
            interrupted = true; // what is begun goes on to its end
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The one whose turn it is has come further: those behind it may go on waiting. */
  synchronized void progress() {
    left++;
    notifyAll();
  }

  private final class Waiter implements Runnable {
    boolean granted; // guarded by Turns.this

    @Override
    public void run() {
      synchronized (Turns.this) {
        granted = true;
        Turns.this.notifyAll();
      }
    }
  }

  /** The turn is over; the next one's begins, in this thread if it does not wait in its own. */
  void leave() {
    Runnable next;
    synchronized (this) {
      left++;
      next = queue.poll();
      taken = next != null;
      notifyAll();
    }
    if (next != null) {
      next.run();
    }
  }
}
