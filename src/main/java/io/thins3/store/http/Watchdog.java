package io.thins3.store.http;

import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again and again, while there is something to watch: one thread for all connections of a
 * client. It holds no lock while it looks.
 */
final class Watchdog implements Closeable {
  /** What is watched. */
  interface Watched {
    /** Whether there is anything to look at. */
    boolean isBusy();

    /** Looks. */
    void look();
  }

  /** A late end is late by an eighth of the shortest limit, and by this at most. */
  private static final Duration LONGEST_TICK = Duration.ofMillis(250);

  private static final Duration SHORTEST_TICK = Duration.ofMillis(5);
  private static final int PART = 8;

  /** A wait without a deadline would be one too many; nothing happens when it ends. */
  private static final long ASLEEP_SECONDS = 60;

  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

  private final Watched watched;
  private final long tickNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition change = lock.newCondition();
  private boolean closed;

  /**
   * Creates one that looks in a thread of its own.
   *
   * @param shortest the shortest limit that it keeps
   */
  Watchdog(String name, Watched watched, Duration shortest) {
    this.watched = watched;
    long part = shortest.toNanos() / PART;
    this.tickNanos = Math.max(SHORTEST_TICK.toNanos(), Math.min(LONGEST_TICK.toNanos(), part));
    Thread thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** There may be something to watch now. */
  void wake() {
    lock.lock();
    try {
      change.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    Misfortune misfortune = new Misfortune(LOG, "connections are not watched as they should be");
    while (awaitTick()) {
      try {
        watched.look();
      } catch (Throwable e) {
        // Without this thread no deadline would hold any more: the next look may be better.
        misfortune.report(e);
      }
    }
  }

  /** Waits for the next time to look; false at the end. */
  private boolean awaitTick() {
    lock.lock();
    try {
      long until = System.nanoTime() + tickNanos;
      while (!closed && (!watched.isBusy() || System.nanoTime() - until < 0)) {
        if (watched.isBusy()) {
          change.awaitNanos(until - System.nanoTime());
        } else {
          change.await(ASLEEP_SECONDS, TimeUnit.SECONDS);
          until = System.nanoTime() + tickNanos;
        }
      }
      return !closed;
    } catch (InterruptedException e) {
      // Nobody interrupts it but who ends the process.
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      change.signal();
    } finally {
      lock.unlock();
    }
  }
}
