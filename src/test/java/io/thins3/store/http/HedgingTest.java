package io.thins3.store.http;

import static io.thins3.store.http.Clients.LONG;
import static io.thins3.store.http.Clients.get;
import static io.thins3.store.http.Clients.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.testing.Await;
import io.thins3.testing.SocketServer;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HedgingTest {
  private static final String HELLO = "HTTP/1.1 206 Partial\r\nContent-Length: 5\r\n\r\nhello";
  private static final Duration IN_TIME = Duration.ofSeconds(30);

  /** After so many answers the client knows how long they take. */
  private static final int WARM = 110;

  /** The request that a test is about, as the server counts. */
  private static final int FIRST = WARM + 1;

  /** The one that is sent when the first is late. */
  private static final int SECOND = WARM + 2;

  private final CountedAdmission admission = new CountedAdmission();
  private final HttpClient client = client(LONG);

  private HttpClient client(Duration firstByte) {
    return new HttpClient(
        Clients.limits(LONG, firstByte, LONG),
        ProxySettings.none(),
        TlsSettings.ofRuntime(),
        admission,
        "hedging");
  }

  @AfterEach
  void close() {
    client.close();
  }

  /** Whether the request is to be answered late, or not at all. */
  private interface Odd {
    boolean test(SocketServer.Peer peer, int request) throws IOException, InterruptedException;
  }

  /** A server that answers at once unless somebody else has answered or wants no answer. */
  private static SocketServer server(Odd odd) throws IOException {
    AtomicInteger requests = new AtomicInteger();
    return SocketServer.start(
        peer -> {
          while (!peer.head().isEmpty()) {
            if (!odd.test(peer, requests.incrementAndGet())) {
              peer.send(HELLO);
            }
          }
        });
  }

  private static void warmUp(HttpClient client, SocketServer server) throws IOException {
    for (int i = 0; i < WARM; i++) {
      assertHello(client, server);
    }
  }

  private static void assertHello(HttpClient client, SocketServer server) throws IOException {
    assertThat(text(client.executeHedged(get(server.origin()), LONG))).isEqualTo("hello");
  }

  private void assertNothingIsLeft() {
    Await.until("every permit is back", IN_TIME, () -> admission.out.get() == 0);
    assertThat(client.connections()).isEqualTo(client.idleConnections()).isLessThanOrEqualTo(2);
  }

  @Test
  void answerMuchLaterThanOthers_isThatOfASecondRequest() throws Exception {
    try (SocketServer server =
        server(
            (peer, request) -> {
              if (request == FIRST) {
                peer.stall();
              }
              return false;
            })) {
      warmUp(client, server);

      assertHello(client, server);

      assertThat(client.hedged()).isEqualTo(1);
      assertThat(client.hedgesWon()).isEqualTo(1);
      assertThat(server.heads).hasSize(SECOND);
      assertThat(server.heads.get(SECOND - 1)).isEqualTo(server.heads.get(FIRST - 1));
      assertNothingIsLeft();
    }
  }

  @Test
  void firstAnswersAfterAll_secondIsEnded() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    try (SocketServer server =
        server(
            (peer, request) -> {
              if (request == FIRST) {
                second.await();
              } else if (request == SECOND) {
                second.countDown();
                peer.stall();
              }
              return false;
            })) {
      warmUp(client, server);

      assertHello(client, server);

      assertThat(client.hedged()).isEqualTo(1);
      assertThat(client.hedgesWon()).isZero();
      assertNothingIsLeft();
    }
  }

  @Test
  void secondIsRefused_firstCounts() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    try (SocketServer server =
        server(
            (peer, request) -> {
              if (request == SECOND) {
                peer.send("HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n");
                second.countDown();
                return true;
              }
              if (request == FIRST) {
                second.await();
              }
              return false;
            })) {
      warmUp(client, server);

      HttpResponse response = client.executeHedged(get(server.origin()), LONG);

      assertThat(response.status()).isEqualTo(206);
      assertThat(text(response)).isEqualTo("hello");
      assertThat(client.hedgesWon()).isZero();
      assertNothingIsLeft();
    }
  }

  @Test
  void firstFailsWhileTheSecondRuns_secondCounts() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    CountDownLatch cut = new CountDownLatch(1);
    try (SocketServer server =
        server(
            (peer, request) -> {
              if (request == FIRST) {
                second.await();
                peer.send("HTTP/1.1 garbage\r\n\r\n");
                cut.countDown();
                return true;
              } else if (request == SECOND) {
                second.countDown();
                cut.await();
                LockSupport.parkNanos(20_000_000); // so that the first's caller mostly waits for it
              }
              return false;
            })) {
      warmUp(client, server);

      assertHello(client, server);

      assertThat(client.hedgesWon()).isEqualTo(1);
      assertNothingIsLeft();
    }
  }

  @Test
  void bothFail_firstFailureCounts() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    try (SocketServer server =
        server(
            (peer, request) -> {
              // The first may see the second's end before its own: it is sent once more then.
              if (request == FIRST || request == FIRST + 2) {
                second.await();
                peer.send("HTTP/1.1 garbage\r\n\r\n");
                return true;
              } else if (request == SECOND) {
                second.countDown();
                peer.socket.close();
                return true;
              }
              return false;
            })) {
      warmUp(client, server);

      assertThatThrownBy(() -> client.executeHedged(get(server.origin()), LONG))
          .isInstanceOf(HttpProtocolException.class);

      assertThat(client.hedged()).isEqualTo(1);
      assertNothingIsLeft();
    }
  }

  @Test
  void interrupt_whileBothRun_endsBoth() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (SocketServer server =
        server(
            (peer, request) -> {
              if (request > WARM) {
                if (request == SECOND) {
                  second.countDown();
                }
                peer.stall();
              }
              return false;
            })) {
      warmUp(client, server);
      Future<HttpResponse> answer =
          thread.submit(() -> client.executeHedged(get(server.origin()), LONG));
      assertThat(second.await(60, TimeUnit.SECONDS)).isTrue();

      thread.shutdownNow();

      assertThatThrownBy(() -> answer.get(60, TimeUnit.SECONDS))
          .hasCauseInstanceOf(ClosedByInterruptException.class);
      assertNothingIsLeft();
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void storeThatRefuses_getsNoSecondRequest() throws Exception {
    try (SocketServer server =
            server(
                (peer, request) -> {
                  if (request > WARM) {
                    peer.stall();
                  }
                  return false;
                });
        HttpClient brief = client(Duration.ofSeconds(2))) {
      warmUp(brief, server);
      admission.noExtra = true;

      assertThatThrownBy(() -> brief.executeHedged(get(server.origin()), LONG))
          .isInstanceOf(SocketTimeoutException.class);

      assertThat(brief.hedged()).isZero();
      assertThat(server.heads).hasSize(FIRST);
      Await.until("every permit is back", IN_TIME, () -> admission.out.get() == 0);
    }
  }

  @Test
  void everyAnswerIsLate_twoInAHundredAreSentAgain() throws Exception {
    AtomicInteger slow = new AtomicInteger();
    try (SocketServer server =
        server(
            (peer, request) -> {
              if (slow.get() > 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(request % 7 == 0 ? 40 : 0));
              }
              return false;
            })) {
      warmUp(client, server);
      slow.set(1);
      for (int i = 0; i < 290; i++) {
        assertHello(client, server);
      }

      assertThat(client.hedged()).isBetween(1L, 8L); // 2 % of 400
      assertNothingIsLeft();
    }
  }

  /**
   * Whatever the two do and in whatever order they do it, the caller has one whole answer or an
   * error, and nothing is left of either.
   */
  @Test
  void anyTimes_oneAnswerAndNothingLeft() throws Exception {
    long seed = System.nanoTime();
    System.out.println("anyTimes_oneAnswerAndNothingLeft: seed " + seed);
    Random random = new Random(seed);
    byte[] body = new byte[40_000];
    random.nextBytes(body);
    try (SocketServer server =
        SocketServer.start(
            peer -> {
              peer.socket.setTcpNoDelay(true);
              while (!peer.head().isEmpty()) {
                int chance;
                synchronized (random) {
                  chance = random.nextInt(25);
                  LockSupport.parkNanos(random.nextInt(1_000_000));
                }
                if (chance == 0) {
                  return;
                } else if (chance == 1) {
                  peer.send("HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n");
                } else if (chance == 2) {
                  peer.send("HTTP/1.1 206 Partial\r\nContent-Length: 0\r\n\r\n");
                } else {
                  peer.send("HTTP/1.1 206 Partial\r\nContent-Length: 40000\r\n\r\n").send(body);
                }
              }
            })) {
      ExecutorService callers = Executors.newFixedThreadPool(4);
      ExecutorService seconds = Executors.newCachedThreadPool();
      Outcomes outcomes = new Outcomes();
      try {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          Random own = new Random(seed + i);
          all.add(
              callers.submit(
                  () -> {
                    for (int n = 0; n < 500; n++) {
                      race(server, seconds, body, own, outcomes);
                    }
                    return null;
                  }));
        }
        for (Future<?> caller : all) {
          caller.get(100, TimeUnit.SECONDS);
        }
      } finally {
        callers.shutdownNow();
        seconds.shutdown();
      }
      assertThat(seconds.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      System.out.println(outcomes);
      assertThat(outcomes.whole.get()).isGreaterThan(1000);
      assertThat(outcomes.taken.get()).isPositive();
      assertThat(outcomes.first.get()).isPositive();
      assertThat(admission.out.get()).isZero();
      assertThat(client.connections()).isEqualTo(client.idleConnections()).isLessThanOrEqualTo(8);
    }
  }

  private static final class Outcomes {
    final AtomicInteger whole = new AtomicInteger();
    final AtomicInteger taken = new AtomicInteger();
    final AtomicInteger first = new AtomicInteger();
    final AtomicInteger failed = new AtomicInteger();

    @Override
    public String toString() {
      return "%s whole; %s answered by the second, %s by the first; %s failed"
          .formatted(whole, taken, first, failed);
    }
  }

  /** Waits for what will interrupt this very thread, or has. */
  private static void awaitInterrupted(Future<?> task) {
    while (!task.isDone()) {
      LockSupport.parkNanos(100_000);
      Thread.interrupted();
    }
  }

  /** One request and a second one at some time; sometimes interrupted, sometimes given up. */
  private void race(
      SocketServer server, ExecutorService seconds, byte[] body, Random random, Outcomes outcomes)
      throws IOException {
    long end = System.nanoTime() + LONG.toNanos();
    HedgedExchange exchange =
        new HedgedExchange(
            client.exchange(get(server.origin()), end, false), end, System::nanoTime);
    long delay = random.nextInt(1_500_000);
    Thread caller = Thread.currentThread();
    boolean interrupts = random.nextInt(20) == 0;
    Future<?> second =
        seconds.submit(
            () -> {
              LockSupport.parkNanos(delay);
              HttpExchange other = client.exchange(get(server.origin()), end, true);
              if (interrupts) {
                caller.interrupt();
              }
              if (exchange.begin(other)) {
                exchange.run(other);
              }
            });
    try {
      HttpResponse response = exchange.call();
      (exchange.isTaken() ? outcomes.taken : outcomes.first).incrementAndGet();
      if (response.status() != 206 || response.body().length() == 0) {
        assertThat(text(response)).isEmpty();
      } else if (random.nextInt(20) == 0) {
        response.body().discard();
      } else {
        ByteBuffer all = ByteBuffer.allocateDirect(body.length);
        while (response.body().read(all) >= 0) {
          assertThat(all.position()).isLessThanOrEqualTo(body.length);
        }
        assertThat(all.flip()).isEqualTo(ByteBuffer.wrap(body));
        outcomes.whole.incrementAndGet();
      }
    } catch (IOException e) {
      assertThat(e).isInstanceOfAny(NoResponseException.class, ClosedByInterruptException.class);
      outcomes.failed.incrementAndGet();
    } finally {
      if (interrupts) {
        awaitInterrupted(second);
      }
      Thread.interrupted();
    }
  }

  @Test
  void body_ofTheSecond_isReadWhole() throws Exception {
    byte[] body = new byte[3_000_000];
    new Random(5).nextBytes(body);
    String head = "HTTP/1.1 206 Partial\r\nContent-Length: 3000000\r\n\r\n";
    try (SocketServer server =
        server(
            (peer, request) -> {
              if (request == FIRST) {
                peer.stall();
              } else if (request == SECOND) {
                peer.send(head.getBytes(ISO_8859_1)).send(body);
                return true;
              }
              return false;
            })) {
      warmUp(client, server);
      HttpResponse response = client.executeHedged(get(server.origin()), LONG);
      ByteBuffer all = ByteBuffer.allocateDirect(body.length);
      while (all.hasRemaining()) {
        assertThat(response.body().read(all)).isPositive();
      }
      assertThat(all.flip()).isEqualTo(ByteBuffer.wrap(body));
      assertThat(response.body().read(ByteBuffer.allocate(1))).isNegative();
      assertNothingIsLeft();
    }
  }
}
