package io.thins3.store;

import io.thins3.store.http.Admission;
import io.thins3.store.http.PoolTimeoutException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets as many requests to one bucket be under way as its {@link AdaptiveLimit} says; the others
 * wait, first come, first served. Thread-safe.
 *
 * <pre>
 *   acquire ─┬─ a place is free and nobody waits ───────────────────────────────► under way
 *            └─ else waits in the queue ─┬─ a place was left: the first gets it ──►   │
 *                                        └─ deadline, interrupt: out of the queue     │
 *   release: the body has ended, or was aborted ◄─────────────────────────────────────┘
 * </pre>
 *
 * <p>A permit covers the transfer of the body: a store that limits requests counts that too. Who
 * waits before another try holds none. A permit without a wait costs two uncontended locks, 0.1 us.
 */
final class ConcurrencyLimit implements Admission {
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  private final int connections;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final AdaptiveLimit limit;
  private final Deque<Waiter> queue = new ArrayDeque<>();

  private final LongAdder refused = new LongAdder();

  /** So that an answer need not take the lock where nothing is to be learnt from it. */
  private volatile boolean lowered;

  private static final class Waiter {
    final Condition turn;
    boolean entered;

    Waiter(Condition turn) {
      this.turn = turn;
    }
  }

  /** At its full value, so many requests at a time. */
  ConcurrencyLimit(int connections) {
    this.connections = connections;
    this.limit = new AdaptiveLimit(connections);
  }

  @Override
  public Permit acquire(Duration atMost) throws IOException {
    if (Thread.interrupted()) {
      throw interrupted();
    }
    lock.lock();
    try {
      if (!queue.isEmpty() || !limit.tryEnter()) {
        await(atMost.toNanos());
      }
      return new Place(limit.round());
    } finally {
      lock.unlock();
    }
  }

  /** Waits until somebody has entered for us. */
  private void await(long nanos) throws IOException {
    Waiter waiter = new Waiter(lock.newCondition());
    queue.addLast(waiter);
    boolean good = false;
    try {
      long left = nanos;
      while (!waiter.entered) {
        if (left <= 0) {
          throw late();
        }
        left = waiter.turn.awaitNanos(left);
      }
      good = true;
    } catch (InterruptedException e) {
      throw interrupted();
    } finally {
      if (!good) {
        queue.remove(waiter);
        if (waiter.entered) {
          limit.leave();
          admit();
        }
      }
    }
  }

  private static ClosedByInterruptException interrupted() {
    Thread.currentThread().interrupt();
    return new ClosedByInterruptException();
  }

  private IOException late() {
    return limit.isLowered()
        ? new ThrottledException(limit.limit())
        : new PoolTimeoutException(connections);
  }

  /** Under the lock. */
  private void admit() {
    while (!queue.isEmpty() && limit.tryEnter()) {
      Waiter next = queue.removeFirst();
      next.entered = true;
      next.turn.signal();
    }
  }

  @Override
  public @Nullable Permit tryExtra() {
    lock.lock();
    try {
      return queue.isEmpty() && !limit.isLowered() && limit.tryEnter()
          ? new Place(limit.round())
          : null;
    } finally {
      lock.unlock();
    }
  }

  private final class Place implements Permit {
    private final long sentIn;

    /** Guarded by lock. */
    private boolean left;

    Place(long sentIn) {
      this.sentIn = sentIn;
    }

    @Override
    public void answered(int status) {
      boolean isRefusal = status == TOO_MANY_REQUESTS || status == UNAVAILABLE;
      if (isRefusal) {
        refused.increment();
      } else if (!lowered || status >= 500) {
        return;
      }
      lock.lock();
      try {
        if (isRefusal) {
          limit.refused(sentIn);
        } else {
          limit.answered();
          admit();
        }
        lowered = limit.isLowered();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void release() {
      lock.lock();
      try {
        if (!left) {
          left = true;
          limit.leave();
          admit();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Requests at a time now. */
  int limit() {
    lock.lock();
    try {
      return limit.limit();
    } finally {
      lock.unlock();
    }
  }

  /** Requests under way. */
  int inUse() {
    lock.lock();
    try {
      return limit.inUse();
    } finally {
      lock.unlock();
    }
  }

  /** Requests that wait for their turn. */
  int waiting() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  /** Answers so far that refused a request for the number of them. */
  long refused() {
    return refused.sum();
  }
}
