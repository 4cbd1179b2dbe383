package io.thins3.store.http;

import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of names, believed for a few seconds. Thread-safe.
 *
 * <p>A look-up runs on a thread of its own, one for each name at a time: the system's resolver
 * heeds neither deadline nor interrupt. While it fails, the addresses that it gave last still hold:
 * they are better than nothing, and a connection says whether they are right.
 *
 * <p>Below lies the JVM's own cache, and the times add up. Its time to live is 30 s unless the
 * system property {@code sun.net.inetaddr.ttl} says otherwise; the launcher sets it to 5 s, so that
 * addresses are 6 s old at most, and {@code sun.net.inetaddr.negative.ttl}, 10 s by default, to 1
 * s: a request that is tried again for a name that was not found is to be answered by the name
 * server.
 */
final class NameService {
  /** Looks a name up. */
  @FunctionalInterface
  interface Resolver {
    /** All addresses of a name, at least one. */
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  /** Spares a thread for each of the connections that are made in a burst. */
  static final Duration BELIEVED = Duration.ofSeconds(1);

  private record Known(List<InetAddress> addresses, long at) {}

  private final Resolver resolver;
  private final Executor executor;
  private final LongSupplier nanoTime;
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<List<InetAddress>>> underWay =
      new ConcurrentHashMap<>();

  NameService(Resolver resolver, Executor executor, LongSupplier nanoTime) {
    this.resolver = resolver;
    this.executor = executor;
    this.nanoTime = nanoTime;
  }

  /**
   * The addresses of a name.
   *
   * @param until time of the clock when the wait ends
   */
  List<InetAddress> addresses(String host, long until)
      throws UnknownHostException,
          ConnectException,
          InterruptedIOException,
          ClosedByInterruptException {
    if (NoProxyRule.isAddress(host)) {
      return List.of(InetAddress.getByName(host));
    }
    Known last = known.get(host);
    long now = nanoTime.getAsLong();
    if (last != null && now - last.at() < BELIEVED.toNanos()) {
      return last.addresses();
    }
    try {
      return lookUp(host).get(Math.max(1, until - now), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    } catch (TimeoutException e) {
      return orLast(
          last, new ConnectTimeoutException("the look-up of " + host + " takes too long"));
    } catch (ExecutionException e) {
      if (last != null) {
        return last.addresses();
      }
      if (e.getCause() instanceof UnknownHostException cause) {
        UnknownHostException unknown = new UnknownHostException(host);
        unknown.initCause(cause);
        throw unknown;
      }
      ConnectException failed =
          new ConnectException("the look-up of " + host + " failed: " + e.getCause());
      failed.initCause(e.getCause());
      throw failed;
    }
  }

  private static List<InetAddress> orLast(@Nullable Known last, ConnectTimeoutException late)
      throws ConnectTimeoutException {
    if (last == null) {
      throw late;
    }
    return last.addresses();
  }

  private CompletableFuture<List<InetAddress>> lookUp(String host) {
    CompletableFuture<List<InetAddress>> mine = new CompletableFuture<>();
    CompletableFuture<List<InetAddress>> others = underWay.putIfAbsent(host, mine);
    if (others != null) {
      return others;
    }
    try {
      executor.execute(() -> resolve(host, mine));
    } catch (Throwable e) {
      // No thread for it: it must not stay under way for ever, and the next may have one.
      mine.completeExceptionally(e);
      underWay.remove(host, mine);
    }
    return mine;
  }

  private void resolve(String host, CompletableFuture<List<InetAddress>> found) {
    try {
      List<InetAddress> addresses = List.of(resolver.resolve(host));
      known.put(host, new Known(addresses, nanoTime.getAsLong()));
      found.complete(addresses);
    } catch (Throwable e) {
      found.completeExceptionally(e);
    } finally {
      underWay.remove(host, found);
    }
  }
}
