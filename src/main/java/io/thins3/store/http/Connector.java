package io.thins3.store.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Makes connections: name, address, proxy, TLS. Thread-safe. */
final class Connector {
  /**
   * How long one address is waited for while there are others: the first two repetitions of a lost
   * SYN, after 1 and 3 s.
   */
  private static final Duration ONE_OF_SEVERAL = Duration.ofMillis(3500);

  /** Enough for a name with a dead half; more would only spend the time of the last. */
  private static final int MOST_ADDRESSES = 6;

  private final NameService names;
  private final AddressBook addresses;
  private final ProxySettings proxies;
  private final TlsSettings tls;
  private final Duration patience;
  private final LongSupplier nanoTime;

  Connector(
      NameService names,
      AddressBook addresses,
      ProxySettings proxies,
      TlsSettings tls,
      Duration patience,
      LongSupplier nanoTime) {
    this.names = names;
    this.addresses = addresses;
    this.proxies = proxies;
    this.tls = tls;
    this.patience = patience;
    this.nanoTime = nanoTime;
  }

  /** A connection and the address that it goes to. */
  record Link(Connection connection, InetAddress address) {}

  /** Who wants to know of connections from their beginning to their end. */
  interface Register {
    /** One begins; throws when no more are wanted. */
    void opened(Connection connection) throws IOException;

    /** It has ended. */
    void closed(Connection connection);

    /** Where connections get their buffers. */
    Buffers buffers();
  }

  /** The proxy for that origin, or null. */
  @Nullable Proxy proxy(Origin origin) {
    return proxies.of(origin);
  }

  /**
   * Makes a connection that can be used for requests to that origin.
   *
   * @param atLast time of the clock when all waits end
   */
  Link connect(Origin origin, Register register, long atLast) throws IOException {
    Proxy proxy = proxies.of(origin);
    String host = proxy == null ? origin.host() : proxy.host();
    int port = proxy == null ? origin.port() : proxy.port();
    long start = nanoTime.getAsLong();
    long end = start + Math.min(patience.toNanos(), atLast - start);
    List<InetAddress> order = addresses.inOrder(names.addresses(host, end));
    int count = Math.min(order.size(), MOST_ADDRESSES);
    IOException failure = null;
    for (int i = 0; i < count && nanoTime.getAsLong() - end < 0; i++) {
      boolean last = i == count - 1;
      long until = Math.min(0, nanoTime.getAsLong() + ONE_OF_SEVERAL.toNanos() - end) + end;
      InetAddress address = order.get(i);
      try {
        return new Link(
            attempt(origin, proxy, address, port, last ? end : until, register), address);
      } catch (ClosedByInterruptException | ProxyRefusedException e) {
        throw e;
      } catch (IOException e) {
        addresses.failed(address);
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    throw failure == null ? new ConnectTimeoutException("no connection in time") : failure;
  }

  private Connection attempt(
      Origin origin,
      @Nullable Proxy proxy,
      InetAddress address,
      int port,
      long until,
      Register register)
      throws IOException {
    Connection connection =
        Connection.create(
            nanoTime,
            register.buffers(),
            ended -> {
              addresses.closed(address);
              register.closed(ended);
            });
    addresses.opened(address);
    boolean ready = false;
    try {
      register.opened(connection);
      connection.allUntil(until);
      connection.connect(new InetSocketAddress(address, port));
      if (origin.tls()) {
        if (proxy != null) {
          tunnel(connection, origin, proxy);
        }
        connection.startTls(tls.engine(origin));
      }
      ready = true;
      return connection;
    } catch (SocketTimeoutException e) {
      // Without its cause, which says that bytes are missing: there never was a connection.
      ConnectTimeoutException late = new ConnectTimeoutException("no connection in time");
      late.addSuppressed(e);
      throw late;
    } finally {
      if (!ready) {
        connection.retire();
      }
    }
  }

  /** Asks a proxy to pass bytes on to and fro (RFC 9110, section 9.3.6). */
  private static void tunnel(Connection connection, Origin origin, Proxy proxy) throws IOException {
    StringBuilder head =
        new StringBuilder("CONNECT ")
            .append(origin.authority())
            .append(" HTTP/1.1\r\nHost: ")
            .append(origin.authority())
            .append("\r\n");
    if (!proxy.authorization().isEmpty()) {
      head.append("Proxy-Authorization: ").append(proxy.authorization()).append("\r\n");
    }
    connection.write(
        ByteBuffer.wrap(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1)));
    if (!connection.input().await()) {
      throw new ConnectException("the proxy " + proxy + " closed the connection");
    }
    ResponseHead answer = ResponseHead.read(connection.input());
    if (answer.status() / 100 != 2) {
      throw new ProxyRefusedException(
          "the proxy " + proxy + " refuses a connection to " + origin + ": " + answer.status());
    }
    if (connection.input().hasBuffered()) {
      throw new HttpProtocolException("the proxy " + proxy + " talks into its tunnel");
    }
  }

  /** An address did not answer although it was connected to. */
  void failed(InetAddress address) {
    addresses.failed(address);
  }

  /** An address has answered. */
  void answered(InetAddress address) {
    addresses.answered(address);
  }
}
