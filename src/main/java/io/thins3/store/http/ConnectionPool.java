package io.thins3.store.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Connections that are in use and those that wait for their next use. Thread-safe; no lock is held
 * while a connection is made or tried.
 *
 * <pre>
 *   acquire ─ permit ─┬─ the idle one used last, if it is young and quiet ─► lease ─┐
 *                     └─ none: a new one ───────────────────────────────────►       │
 *   idle ◄── whole answer read, server keeps it open, not too old ─ release ◄───────┘
 *    └─ unused for too long: closed                  └─ else: closed
 * </pre>
 */
final class ConnectionPool implements Closeable, Connector.Register, Watchdog.Watched {
  /** A connection between two uses. */
  private static final class Member {
    final Connection connection;
    final InetAddress address;
    final long openedAt;
    volatile long idleSince;

    Member(Connector.Link link, long openedAt) {
      this.connection = link.connection();
      this.address = link.address();
      this.openedAt = openedAt;
    }
  }

  private final Connector connector;
  private final HttpLimits limits;
  private final LongSupplier nanoTime;

  /** Fair: who waits longest is next, so that nobody waits for ever. */
  private final Semaphore permits;

  private final Map<Origin, Deque<Member>> idle = new ConcurrentHashMap<>();
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private final Watchdog watchdog;
  private volatile boolean closed;

  ConnectionPool(Connector connector, HttpLimits limits, LongSupplier nanoTime, String name) {
    this.connector = connector;
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.permits = new Semaphore(limits.connections(), true);
    this.watchdog = new Watchdog(name, this, limits.shortest());
  }

  /** The right to use a connection, until it is released. */
  final class Lease {
    private final Origin origin;
    private final Member member;
    private final boolean used;
    private final AtomicBoolean released = new AtomicBoolean();

    private Lease(Origin origin, Member member, boolean used) {
      this.origin = origin;
      this.member = member;
      this.used = used;
    }

    Connection connection() {
      return member.connection;
    }

    /** Whether it has carried requests before. */
    boolean isUsed() {
      return used;
    }

    /** The server did not answer on it. */
    void failed() {
      connector.failed(member.address);
    }

    /** The server has answered on it. */
    void answered() {
      if (!used) {
        connector.answered(member.address);
      }
    }

    /** Closes it under the hands of its user, from any thread, unless it was released. */
    void abort() {
      release(false);
    }

    /**
     * Gives it back; only the first time counts: afterwards it may serve another request.
     *
     * @param reusable whether another request may follow; else it is closed
     */
    void release(boolean reusable) {
      if (!released.compareAndSet(false, true)) {
        return;
      }
      try {
        if (reusable && !closed && !isOld(member)) {
          member.idleSince = nanoTime.getAsLong();
          idle.computeIfAbsent(origin, any -> new ConcurrentLinkedDeque<>()).addFirst(member);
          if (closed) {
            // The pool was closed meanwhile and may not have seen it.
            member.connection.close();
          }
        } else {
          member.connection.close();
        }
      } finally {
        permits.release();
      }
    }
  }

  /**
   * Waits for a connection to that origin.
   *
   * @param fresh whether it has to be a new one
   * @param end time of the clock when all waits end
   */
  Lease acquire(Origin origin, boolean fresh, long end) throws IOException {
    try {
      long patience = Math.min(limits.acquire().toNanos(), end - nanoTime.getAsLong());
      if (!permits.tryAcquire(patience, TimeUnit.NANOSECONDS)) {
        throw new PoolTimeoutException(limits.connections());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    }
    Lease lease = null;
    try {
      lease = fresh ? null : pollIdle(origin);
      if (lease == null) {
        Connector.Link link = connector.connect(origin, this, end);
        lease = new Lease(origin, new Member(link, nanoTime.getAsLong()), false);
      }
      return lease;
    } finally {
      if (lease == null) {
        permits.release();
      }
    }
  }

  private @Nullable Lease pollIdle(Origin origin) {
    Deque<Member> waiting = idle.get(origin);
    if (waiting == null) {
      return null;
    }
    for (Member member = waiting.pollFirst(); member != null; member = waiting.pollFirst()) {
      if (!isStale(member, nanoTime.getAsLong()) && member.connection.isUsable()) {
        return new Lease(origin, member, true);
      }
      member.connection.close();
    }
    return null;
  }

  private boolean isOld(Member member) {
    return nanoTime.getAsLong() - member.openedAt >= limits.lifetime().toNanos();
  }

  private boolean isStale(Member member, long now) {
    return now - member.idleSince >= limits.idle().toNanos()
        || now - member.openedAt >= limits.lifetime().toNanos();
  }

  @Override
  public void opened(Connection connection) throws IOException {
    open.add(connection);
    if (closed) {
      throw new SocketException("the client is closed");
    }
    watchdog.wake();
  }

  @Override
  public void closed(Connection connection) {
    open.remove(connection);
  }

  @Override
  public boolean isBusy() {
    return !open.isEmpty();
  }

  /** Closes what is overdue, and what was idle for too long. */
  @Override
  public void look() {
    long now = nanoTime.getAsLong();
    for (Connection connection : open) {
      connection.closeIfOverdue(now);
    }
    for (Deque<Member> waiting : idle.values()) {
      // Those used longest ago are last.
      for (Member member = waiting.peekLast();
          member != null && isStale(member, now);
          member = waiting.peekLast()) {
        if (waiting.remove(member)) {
          member.connection.close();
        }
      }
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** Connections that exist, in use or not. */
  int size() {
    return open.size();
  }

  /** Closes all connections, also those in use. */
  @Override
  public void close() {
    closed = true;
    watchdog.close();
    for (Connection connection : open) {
      connection.close();
    }
  }
}
