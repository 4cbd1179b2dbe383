package io.thins3.store.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * An HTTP/1.1 client with a pool of connections. Thread-safe. Calls block; an interrupt ends them
 * at once, and every wait has its deadline of {@link HttpLimits}. It follows no redirects, decodes
 * no content coding and keeps no cookies.
 */
public final class HttpClient implements Closeable {
  /** Beyond all limits, and far from where the clock's numbers wrap around. */
  private static final Duration FOREVER = Duration.ofDays(1000);

  private static final int MOST_HEDGES = 8;
  private static final int HEDGE_THREAD_SECONDS = 10;

  private final Connector connector;
  private final ConnectionPool pool;
  private final Hedging hedging;
  private final HttpLimits limits;
  private final LongSupplier nanoTime;

  /**
   * Creates one.
   *
   * @param name names its threads
   */
  public HttpClient(HttpLimits limits, ProxySettings proxies, TlsSettings tls, String name) {
    this(limits, proxies, tls, new FixedAdmission(limits.connections()), name);
  }

  /**
   * Creates one.
   *
   * @param admission decides how many requests are under way at once
   * @param name names its threads
   */
  public HttpClient(
      HttpLimits limits, ProxySettings proxies, TlsSettings tls, Admission admission, String name) {
    this(limits, proxies, tls, admission, name, InetAddress::getAllByName, System::nanoTime);
  }

  HttpClient(
      HttpLimits limits,
      ProxySettings proxies,
      TlsSettings tls,
      Admission admission,
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
    this.pool = new ConnectionPool(connector, limits, admission, nanoTime, name + "-watchdog");
    this.hedging =
        new Hedging(
            limits.firstByte().dividedBy(2),
            new ThreadPoolExecutor(
                0,
                MOST_HEDGES,
                HEDGE_THREAD_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> {
                  Thread thread = new Thread(task, name + "-hedge");
                  thread.setDaemon(true);
                  return thread;
                }),
            nanoTime,
            name + "-hedging");
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
    return exchange(request, nanoTime.getAsLong() + atMost.toNanos(), false);
  }

  /** One of the two of a {@link HedgedExchange}, or one alone. */
  HttpExchange exchange(HttpRequest request, long end, boolean extra) {
    return new HttpExchange(pool, limits, request, connector.proxy(request.origin()), end, extra);
  }

  /**
   * Sends a request and waits for the head of its answer; when that is much later than those of
   * such requests have been lately, sends it once more, and the first answer counts.
   *
   * @param request a GET of the kind that answers begin to after about the same time
   * @param atMost longest time to the answer's head, all waits together
   */
  public HttpResponse executeHedged(HttpRequest request, Duration atMost) throws IOException {
    long end = nanoTime.getAsLong() + atMost.toNanos();
    return hedging.call(exchange(request, end, false), end, () -> exchange(request, end, true));
  }

  /** Requests that were sent a second time because their answer was late. */
  public long hedged() {
    return hedging.sent();
  }

  /** Those among them whose second answer came first. */
  public long hedgesWon() {
    return hedging.won();
  }

  /** Sends a request and waits for the head of its answer. See {@link HttpExchange#call}. */
  public HttpResponse execute(HttpRequest request) throws IOException {
    return prepare(request).call();
  }

  /** Connections that exist, in use or not. */
  public int connections() {
    return pool.size();
  }

  /** Those of them that wait for their next use. */
  int idleConnections() {
    return pool.idle();
  }

  /** Bytes of direct memory that were allocated for connections so far. */
  long allocatedBytes() {
    return pool.buffers().allocated();
  }

  /** Closes all connections; calls that run fail. */
  @Override
  public void close() {
    hedging.close();
    pool.close();
  }
}
