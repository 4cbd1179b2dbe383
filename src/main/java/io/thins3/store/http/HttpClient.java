package io.thins3.store.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * An HTTP/1.1 client with a pool of connections. Thread-safe. Calls block; an interrupt ends them
 * at once, and every wait has its deadline of {@link HttpLimits}. It follows no redirects, decodes
 * no content coding and keeps no cookies.
 */
public final class HttpClient implements Closeable {
  /** Beyond all limits, and far from where the clock's numbers wrap around. */
  private static final Duration FOREVER = Duration.ofDays(1000);

  private final Connector connector;
  private final ConnectionPool pool;
  private final HttpLimits limits;
  private final LongSupplier nanoTime;

  /**
   * Creates one.
   *
   * @param name names its threads
   */
  public HttpClient(HttpLimits limits, ProxySettings proxies, TlsSettings tls, String name) {
    this(limits, proxies, tls, name, InetAddress::getAllByName, System::nanoTime);
  }

  HttpClient(
      HttpLimits limits,
      ProxySettings proxies,
      TlsSettings tls,
      String name,
      NameService.Resolver resolver,
      LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
    Executor lookUps =
        task -> {
          Thread thread = new Thread(task, name + "-names");
          thread.setDaemon(true);
          thread.start();
        };
    this.connector =
        new Connector(
            new NameService(resolver, lookUps, nanoTime),
            new AddressBook(nanoTime),
            proxies,
            tls,
            limits.connect(),
            nanoTime);
    this.pool = new ConnectionPool(connector, limits, nanoTime, name + "-watchdog");
  }

  /** Prepares a request; nothing is sent. */
  public HttpExchange prepare(HttpRequest request) {
    return prepare(request, FOREVER);
  }

  /**
   * Prepares a request; nothing is sent.
   *
   * @param atMost longest time to the answer's head from now on, all waits together
   */
  public HttpExchange prepare(HttpRequest request, Duration atMost) {
    return new HttpExchange(
        pool,
        limits,
        request,
        connector.proxy(request.origin()),
        nanoTime.getAsLong() + atMost.toNanos());
  }

  /** Sends a request and waits for the head of its answer. See {@link HttpExchange#call}. */
  public HttpResponse execute(HttpRequest request) throws IOException {
    return prepare(request).call();
  }

  /** Connections that exist, in use or not. */
  public int connections() {
    return pool.size();
  }

  /** Closes all connections; calls that run fail. */
  @Override
  public void close() {
    pool.close();
  }
}
