package io.thins3.store.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReference;
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

  private final Admission admission;
  private final Map<Origin, Deque<Member>> idle = new ConcurrentHashMap<>();
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private final Buffers buffers = new Buffers();
  private final Watchdog watchdog;
  private volatile boolean closed;

  ConnectionPool(
      Connector connector,
      HttpLimits limits,
      Admission admission,
      LongSupplier nanoTime,
      String name) {
    this.connector = connector;
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.admission = admission;
    this.watchdog = new Watchdog(name, this, limits.shortest());
  }

  private enum State {
    HELD,
    ABORTED,
    RELEASED
  }

  /** The right to use a connection, until it is released. */
  final class Lease {
    private final Origin origin;
    private final Member member;
    private final boolean used;
    private final Admission.Permit permit;
    private final AtomicReference<State> state = new AtomicReference<>(State.HELD);

    private Lease(Origin origin, Member member, boolean used, Admission.Permit permit) {
      this.origin = origin;
      this.member = member;
      this.used = used;
      this.permit = permit;
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
      leave(member.address);
    }

    /** The server has answered on it. */
    void answered(int status) {
      if (!used) {
        connector.answered(member.address);
      }
      permit.answered(status);
    }

    /** Closes it under the hands of its user, from any thread, and ends the request. */
    void abort() {
      // Never once it is released: it may serve another request by then.
      if (state.compareAndSet(State.HELD, State.ABORTED)) {
        member.connection.close();
        permit.release();
      }
    }

    /** Whether it was aborted, and its user has not yet released it. */
    boolean isAborted() {
      return state.get() == State.ABORTED;
    }

    /**
     * Gives it back, by its user, who does not touch the connection any more; only the first time
     * counts.
     *
     * @param reusable whether another request may follow; else it is closed
     */
    void release(boolean reusable) {
      boolean whole = state.compareAndSet(State.HELD, State.RELEASED);
      if (!whole && !state.compareAndSet(State.ABORTED, State.RELEASED)) {
        return;
      }
      try {
        if (whole && reusable && !closed && !isOld(member)) {
          member.idleSince = nanoTime.getAsLong();
          idle.computeIfAbsent(origin, any -> new ConcurrentLinkedDeque<>()).addFirst(member);
          if (closed) {
            // The pool was closed meanwhile and may not have seen it.
            member.connection.close();
          }
        } else {
          member.connection.retire();
        }
      } finally {
        permit.release();
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
    long patience = Math.min(limits.acquire().toNanos(), end - nanoTime.getAsLong());
    return lease(origin, fresh, end, admission.acquire(Duration.ofNanos(patience)));
  }

  /**
   * A connection for a request that can be done without.
   *
   * @throws PoolTimeoutException at once when there is no room for it
   */
  Lease acquireExtra(Origin origin, long end) throws IOException {
    Admission.Permit permit = admission.tryExtra();
    if (permit == null) {
      throw new PoolTimeoutException(limits.connections());
    }
    return lease(origin, false, end, permit);
  }

  private Lease lease(Origin origin, boolean fresh, long end, Admission.Permit permit)
      throws IOException {
    Lease lease = null;
    try {
      Member member = fresh ? null : pollIdle(origin);
      if (member == null) {
        Connector.Link link = connector.connect(origin, this, end);
        lease = new Lease(origin, new Member(link, nanoTime.getAsLong()), false, permit);
      } else {
        lease = new Lease(origin, member, true, permit);
      }
      return lease;
    } finally {
      if (lease == null) {
        permit.release();
      }
    }
  }

  private @Nullable Member pollIdle(Origin origin) {
    Deque<Member> waiting = idle.get(origin);
    if (waiting == null) {
      return null;
    }
    for (Member member = waiting.pollFirst(); member != null; member = waiting.pollFirst()) {
      if (!isStale(member, nanoTime.getAsLong()) && member.connection.isUsable()) {
        return member;
      }
      member.connection.retire();
    }
    return null;
  }

  /**
   * Closes the idle connections to an address that does not answer. When it hangs, each of them
   * would cost the next requests a whole first-byte deadline, and the second of two such waits is
   * --io-timeout.
   */
  private void leave(InetAddress address) {
    for (Deque<Member> waiting : idle.values()) {
      for (Member member : waiting.toArray(new Member[0])) {
        if (member.address.equals(address) && waiting.remove(member)) {
          member.connection.retire();
        }
      }
    }
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
    if (open.isEmpty()) {
      // An idle mount is small.
      buffers.clear();
    }
  }

  @Override
  public Buffers buffers() {
    return buffers;
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
          member.connection.retire();
        }
      }
    }
  }

  boolean isClosed() {
    return closed;
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** Connections that exist, in use or not. */
  int size() {
    return open.size();
  }

  /** Those of them that are not in use. */
  int idle() {
    return idle.values().stream().mapToInt(Deque::size).sum();
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
