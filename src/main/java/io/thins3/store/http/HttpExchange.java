package io.thins3.store.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. One thread calls; any thread may abort.
 *
 * <pre>
 *   acquire ─► send head (and body, unless 100 Continue is awaited first) ─► read head ─► answer
 *      ▲                                                   │
 *      └── once, on a new connection: a used one had ended, or what it says is not HTTP ┘
 * </pre>
 */
public final class HttpExchange {
  /** RFC 9110, section 10.1.1: the wait for 100 Continue has an end. What curl waits. */
  private static final Duration CONTINUE = Duration.ofSeconds(1);

  /** An answer that ends an upload is on its way already when the upload breaks. */
  private static final Duration REFUSAL = Duration.ofSeconds(1);

  /** No time of the clock, see {@link #sentAt}. */
  static final long NOT_SENT = 0;

  private static final int CONTINUE_STATUS = 100;
  private static final ConnectionPool.@Nullable Lease NONE = null;

  private final ConnectionPool pool;
  private final HttpLimits limits;
  private final HttpRequest request;

  /** The proxy that gets the request itself, because nothing hides it; TLS goes through it. */
  private final @Nullable Proxy forwarder;

  private final long end;
  private final AtomicReference<ConnectionPool.@Nullable Lease> current =
      new AtomicReference<>(NONE);
  private final boolean extra;
  private volatile boolean aborted;
  private volatile long sentAt = NOT_SENT;

  /**
   * Creates one.
   *
   * @param end time of the clock by which the answer's head has to be there
   * @param extra whether it can be done without: then it waits for no permit, and is tried once
   */
  HttpExchange(
      ConnectionPool pool,
      HttpLimits limits,
      HttpRequest request,
      @Nullable Proxy proxy,
      long end,
      boolean extra) {
    this.pool = pool;
    this.limits = limits;
    this.request = request;
    this.end = end;
    this.extra = extra;
    this.forwarder = request.origin().tls() ? null : proxy;
  }

  /**
   * Sends the request and waits for the head of its answer.
   *
   * @throws IOException of the kinds in this package and in java.net; when the waiting thread is
   *     interrupted {@link ClosedByInterruptException}, and its interrupt status stays
   */
  public HttpResponse call() throws IOException {
    return callRepeated(() -> !extra);
  }

  /**
   * The same.
   *
   * @param mayRepeat asked before the request is sent again on a new connection
   */
  HttpResponse callRepeated(BooleanSupplier mayRepeat) throws IOException {
    ConnectionPool.Lease lease = acquire(false);
    try {
      return exchange(lease);
    } catch (NoResponseException | HttpProtocolException | EOFException e) {
      // The server closes idle connections when it likes, also while a request is on its way (RFC
      // 9112, section 9.3.1), and what comes instead of a head on a used connection may be of an
      // earlier answer. On a connection of its own the request has its first chance.
      if (!lease.isUsed() || !request.isSafe() || aborted || !mayRepeat.getAsBoolean()) {
        throw e;
      }
      return exchange(acquire(true));
    }
  }

  private ConnectionPool.Lease acquire(boolean fresh) throws IOException {
    ConnectionPool.Lease lease =
        extra
            ? pool.acquireExtra(request.origin(), end)
            : pool.acquire(request.origin(), fresh, end);
    current.set(lease);
    if (aborted) {
      lease.release(false);
      throw new SocketException("the request was aborted");
    }
    sentAt = pool.now() | 1;
    return lease;
  }

  /** When it was sent, a time of the clock; {@link #NOT_SENT} while it waits for a connection. */
  long sentAt() {
    return sentAt;
  }

  /** Ends the request at once: its connection is closed. */
  public void abort() {
    aborted = true;
    ConnectionPool.Lease lease = current.get();
    if (lease != null) {
      lease.abort();
    }
  }

  private HttpResponse exchange(ConnectionPool.Lease lease) throws IOException {
    Connection connection = lease.connection();
    boolean good = false;
    try {
      ResponseHead head = send(connection);
      if (head == null) {
        head = answer(connection, limits.firstByte());
      }
      lease.answered(head.status());
      connection.eachWithin(limits.stall());
      Framing framing = Framing.of(request.method(), head, connection.input());
      good = true;
      return new HttpResponse(
          head.status(),
          head.headers(),
          new ResponseBody(lease, framing, head.keepAlive(), head.length(), end));
    } catch (SocketTimeoutException e) {
      lease.failed();
      throw e;
    } catch (NoResponseException | HttpProtocolException | EOFException e) {
      if (!lease.isUsed()) {
        lease.failed();
      }
      throw e;
    } finally {
      if (!good) {
        lease.release(false);
      }
    }
  }

  /** Sends the request; the answer where it came before the body was sent, else null. */
  private @Nullable ResponseHead send(Connection connection) throws IOException {
    connection.eachWithin(limits.stall());
    ByteBuffer head =
        ByteBuffer.wrap(
            forwarder == null
                ? request.head(false, "")
                : request.head(true, forwarder.authorization()));
    try {
      if (request.expectsContinue()) {
        connection.write(head);
        if (connection.awaitReadable(CONTINUE)) {
          ResponseHead first = firstHead(connection);
          if (first.status() != CONTINUE_STATUS) {
            // The server does not want the body: the connection has an unsent one, and no future.
            return withoutKeepAlive(first);
          }
        }
      }
      sendBody(connection, head);
      return null;
    } catch (ClosedByInterruptException | SocketTimeoutException | NoResponseException e) {
      throw e;
    } catch (IOException e) {
      return refusal(connection, e);
    }
  }

  private void sendBody(Connection connection, ByteBuffer head) throws IOException {
    if (request.body().length() == 0) {
      connection.write(head);
      return;
    }
    request
        .body()
        .writeTo(
            pieces -> {
              if (!head.hasRemaining()) {
                connection.write(pieces);
                return;
              }
              // Head and the body's beginning in one system call and one packet.
              ByteBuffer[] all = new ByteBuffer[pieces.length + 1];
              all[0] = head;
              System.arraycopy(pieces, 0, all, 1, pieces.length);
              connection.write(all);
            });
  }

  /** A server that refuses an upload answers and closes: the answer says more than the break. */
  private ResponseHead refusal(Connection connection, IOException broken) throws IOException {
    if (request.body().length() > 0 && connection.isOpen()) {
      try {
        return withoutKeepAlive(answer(connection, REFUSAL));
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (IOException e) {
        broken.addSuppressed(e);
      }
    }
    throw isOurs(broken) ? broken : new NoResponseException(broken);
  }

  /** Whether it is not the network or the server that has ended the connection. */
  private boolean isOurs(IOException broken) {
    return aborted
        || pool.isClosed()
        || broken instanceof EOFException
        || broken instanceof SSLException
        || broken instanceof HttpProtocolException;
  }

  private ResponseHead answer(Connection connection, Duration patience) throws IOException {
    connection.allWithin(patience, end);
    ResponseHead head = firstHead(connection);
    while (head.status() < 200) {
      head = ResponseHead.read(connection.input());
    }
    return head;
  }

  /** The next head; a connection that ends before it has not answered at all. */
  private ResponseHead firstHead(Connection connection) throws IOException {
    boolean begun;
    try {
      begun = connection.input().await();
    } catch (SocketTimeoutException | ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      throw isOurs(e) ? e : new NoResponseException(e);
    }
    if (!begun) {
      throw new NoResponseException(null);
    }
    return ResponseHead.read(connection.input());
  }

  private static ResponseHead withoutKeepAlive(ResponseHead head) {
    return new ResponseHead(head.status(), head.headers(), head.length(), head.chunked(), false);
  }
}
