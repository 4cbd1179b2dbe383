package io.thins3.store.http;

import static io.thins3.store.http.Clients.LONG;
import static io.thins3.store.http.Clients.get;
import static io.thins3.store.http.Clients.text;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.thins3.testing.Await;
import io.thins3.testing.SocketServer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** The threads that watch for all requests go on whatever happens to one of them. */
@Timeout(120)
class WatchersTest {
  private static OutOfMemoryError noThreads() {
    return new OutOfMemoryError("unable to create native thread");
  }

  private interface Action {
    void run() throws Exception;
  }

  private static List<String> logged(Class<?> by, Action action) throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(by);
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    appender.start();
    logger.addAppender(appender);
    try {
      action.run();
    } finally {
      logger.detachAppender(appender);
    }
    return List.copyOf(appender.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void watchdog_whatItWatchesThrows_saysSoOnceAndLooksAgain() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    Watchdog.Watched watched =
        new Watchdog.Watched() {
          @Override
          public boolean isBusy() {
            return true;
          }

          @Override
          public void look() {
            if (looks.incrementAndGet() <= 3) {
              throw noThreads();
            }
          }
        };

    List<String> log =
        logged(
            Watchdog.class,
            () -> {
              try (Watchdog watchdog = new Watchdog("test-watchdog", watched, Clients.SHORT)) {
                watchdog.wake();
                Await.until("it looks again", LONG, () -> looks.get() >= 5);
              }
            });

    assertThat(log).singleElement().asString().contains("unable to create native thread");
  }

  @Test
  void hedging_noThreadForASecondRequest_saysSoAndTheNextIsHedged() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    AtomicInteger tasks = new AtomicInteger();
    CountDownLatch refused = new CountDownLatch(1);
    Executor executor =
        task -> {
          if (tasks.incrementAndGet() == 1) {
            refused.countDown();
            throw noThreads();
          }
          new Thread(task, "test-hedge").start();
        };
    try (SocketServer server =
            SocketServer.start(
                peer -> {
                  while (!peer.head().isEmpty()) {
                    int request = requests.incrementAndGet();
                    if (request == 111) {
                      refused.await();
                    } else if (request == 112) {
                      peer.stall();
                    }
                    peer.answer("hello");
                  }
                });
        HttpClient client = Clients.patient();
        Hedging hedging = new Hedging(LONG, executor, System::nanoTime, "test-hedging")) {
      List<String> log =
          logged(
              Hedging.class,
              () -> {
                for (int i = 0; i < 112; i++) {
                  assertThat(call(hedging, client, server)).isEqualTo("hello");
                }
              });

      assertThat(log).singleElement().asString().contains("unable to create native thread");
      assertThat(requests).hasValue(113);
      assertThat(hedging.won()).isEqualTo(1);
    }
  }

  private static String call(Hedging hedging, HttpClient client, SocketServer server)
      throws IOException {
    HttpRequest request = get(server.origin());
    long end = System.nanoTime() + LONG.toNanos();
    return text(
        hedging.call(
            client.exchange(request, end, false), end, () -> client.exchange(request, end, true)));
  }
}
