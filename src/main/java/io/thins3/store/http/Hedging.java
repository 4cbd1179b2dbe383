package io.thins3.store.http;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests a second time whose answer begins much later than the answers before did. Of a
 * hundred requests two at most, and none while the server refuses some for their number ({@link
 * Admission#tryExtra}). Thread-safe.
 *
 * <p>A request only notes when it is overdue; one thread looks every few milliseconds, while there
 * are any. A timer for each request, set and cancelled, would wake its thread for each.
 */
final class Hedging implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Hedging.class);

  private static final int TICK_NANOS = 3_000_000;
  private static final long ASLEEP_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** What is so much later than the slowest hundredth is more than the ordinary spread. */
  private static final double FACTOR = 1.5;

  /** Below this a second request costs the server more than its answer is earlier. */
  private static final Duration LEAST_EXCESS = Duration.ofMillis(5);

  /** Credit for a hedge, earned by requests that are worth 1 each. */
  private static final int REQUESTS_FOR_ONE = 50;

  /** Most hedges in credit: as many may be sent at once when a server hangs. */
  private static final int MOST_AT_ONCE = 8;

  /** An entry of the set; its identity counts. */
  private static final class Racer {
    final HedgedExchange exchange;
    final Supplier<HttpExchange> another;
    final long overdueNanos;

    Racer(HedgedExchange exchange, Supplier<HttpExchange> another, Duration overdue) {
      this.exchange = exchange;
      this.another = another;
      this.overdueNanos = overdue.toNanos();
    }
  }

  private final HeadTimes times = new HeadTimes();
  private final Duration latest;
  private final Executor executor;
  private final LongSupplier nanoTime;
  private final Thread watcher;
  private final Set<Racer> racing = ConcurrentHashMap.newKeySet();
  private final AtomicLong credit = new AtomicLong();
  private final LongAdder sent = new LongAdder();
  private final LongAdder won = new LongAdder();
  private final Misfortune misfortune =
      new Misfortune(LOG, "a late request cannot be sent a second time");
  private volatile boolean asleep;
  private volatile boolean closed;

  /**
   * Creates it.
   *
   * @param latest a request that is overdue only after so long is not worth a second
   * @param executor runs the second requests, which wait for their answers
   */
  Hedging(Duration latest, Executor executor, LongSupplier nanoTime, String name) {
    this.latest = latest;
    this.executor = executor;
    this.nanoTime = nanoTime;
    this.watcher = new Thread(this::watch, name);
    watcher.setDaemon(true);
    watcher.start();
  }

  /**
   * Sends a request and waits for the head of its answer.
   *
   * @param end time of the clock when the wait for an answer ends
   * @param another makes the same request for a second time
   */
  HttpResponse call(HttpExchange first, long end, Supplier<HttpExchange> another)
      throws IOException {
    long earned = credit.get();
    if (earned < MOST_AT_ONCE * REQUESTS_FOR_ONE) {
      credit.incrementAndGet();
    }
    Duration overdue = earned < REQUESTS_FOR_ONE ? null : overdue();
    HedgedExchange exchange = new HedgedExchange(first, end, nanoTime);
    HttpResponse response;
    if (overdue == null) {
      response = exchange.call();
    } else {
      Racer racer = new Racer(exchange, another, overdue);
      racing.add(racer);
      try {
        if (asleep) {
          LockSupport.unpark(watcher);
        }
        response = exchange.call();
      } finally {
        racing.remove(racer);
      }
    }
    if (response.status() < 300) {
      // With a hedge the time is how long the first has not answered for: less than the truth.
      times.add(Duration.ofNanos(nanoTime.getAsLong() - first.sentAt()));
    }
    if (exchange.isTaken()) {
      won.increment();
    }
    return response;
  }

  /** After how long a request is overdue, or null: not known, or too late for a second one. */
  @Nullable Duration overdue() {
    Duration slowest = times.slowest();
    if (slowest == null) {
      return null;
    }
    long nanos =
        Math.max((long) (slowest.toNanos() * FACTOR), slowest.toNanos() + LEAST_EXCESS.toNanos());
    return nanos > latest.toNanos() ? null : Duration.ofNanos(nanos);
  }

  private void watch() {
    while (!closed) {
      if (racing.isEmpty()) {
        asleep = true;
        // Who comes now sees that it sleeps, or is seen here.
        if (racing.isEmpty() && !closed) {
          LockSupport.parkNanos(this, ASLEEP_NANOS);
        }
        asleep = false;
      } else {
        try {
          look();
        } catch (Throwable e) {
          // The requests wait for their own answers; without this thread all later ones would, too.
          misfortune.report(e);
        }
        LockSupport.parkNanos(this, TICK_NANOS);
      }
    }
  }

  private void look() {
    long now = nanoTime.getAsLong();
    for (Iterator<Racer> all = racing.iterator(); all.hasNext(); ) {
      Racer racer = all.next();
      long sentAt = racer.exchange.sentAt();
      if (sentAt != HttpExchange.NOT_SENT && now - sentAt >= racer.overdueNanos && spend()) {
        all.remove();
        hedge(racer);
      }
    }
  }

  private boolean spend() {
    return credit.getAndUpdate(n -> n < REQUESTS_FOR_ONE ? n : n - REQUESTS_FOR_ONE)
        >= REQUESTS_FOR_ONE;
  }

  private void hedge(Racer racer) {
    try {
      executor.execute(() -> run(racer.exchange, racer.another.get()));
    } catch (RejectedExecutionException e) {
      // Enough of them run: the request waits for its own answer, as all others do.
      credit.addAndGet(REQUESTS_FOR_ONE);
    } catch (Throwable e) {
      // No thread for it, most likely.
      credit.addAndGet(REQUESTS_FOR_ONE);
      misfortune.report(e);
    }
  }

  private void run(HedgedExchange exchange, HttpExchange second) {
    if (!exchange.begin(second)) {
      return;
    }
    // Before its answer can be counted.
    sent.increment();
    if (!exchange.run(second)) {
      sent.decrement();
      credit.addAndGet(REQUESTS_FOR_ONE);
    }
  }

  /** Second requests that were sent. */
  long sent() {
    return sent.sum();
  }

  /** Second requests among them whose answer was the first. */
  long won() {
    return won.sum();
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(watcher);
  }
}
