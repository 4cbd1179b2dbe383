package io.thins3.store.http;

import static io.thins3.store.http.Clients.LONG;
import static io.thins3.store.http.Clients.SHORT;
import static io.thins3.store.http.Clients.get;
import static io.thins3.store.http.Clients.request;
import static io.thins3.store.http.Clients.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.testing.Await;
import io.thins3.testing.SocketServer;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client against a server that does what it likes. */
@Timeout(120)
class HttpClientTest {
  private final HttpClient client = Clients.patient();

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void requests_oneAfterTheOther_shareAConnection() throws Exception {
    try (SocketServer server = SocketServer.start(SocketServer.answering("hello"))) {
      for (int i = 0; i < 5; i++) {
        assertThat(text(client.execute(get(server.origin())))).isEqualTo("hello");
      }

      assertThat(server.accepted()).isEqualTo(1);
      assertThat(server.heads.get(0))
          .isEqualTo("GET / HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\n\r\n");
    }
  }

  @Test
  void body_intoADirectBuffer_isWhatWasSent() throws Exception {
    byte[] content = new byte[3_000_000];
    new Random(7).nextBytes(content);
    try (SocketServer server =
        SocketServer.start(
            peer -> {
              while (!peer.head().isEmpty()) {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n").send(content);
              }
            })) {
      for (ByteBuffer buffer :
          new ByteBuffer[] {ByteBuffer.allocateDirect(3_000_000), ByteBuffer.allocate(3_000_000)}) {
        ResponseBody body = client.execute(get(server.origin())).body();
        while (buffer.hasRemaining()) {
          assertThat(body.read(buffer)).isPositive();
        }

        assertThat(buffer.flip()).isEqualTo(ByteBuffer.wrap(content));
        assertThat(body.read(ByteBuffer.allocate(1))).isNegative();
      }
      assertThat(server.accepted()).isEqualTo(1);
    }
  }

  /** Whatever byte an answer ends at, the client says that it is cut, and never gives less. */
  @Test
  void answer_cutAtARandomByte_isNeverTakenForWhole() throws Exception {
    long seed = System.nanoTime();
    System.out.println("answer_cutAtARandomByte_isNeverTakenForWhole: seed " + seed);
    Random random = new Random(seed);
    byte[] body = new byte[20_000];
    random.nextBytes(body);
    String counted = "HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n";
    String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4e20\r\n";
    for (int round = 0; round < 200; round++) {
      boolean chunks = random.nextBoolean();
      byte[] whole =
          concat(
              (chunks ? chunked : counted).getBytes(ISO_8859_1),
              body,
              (chunks ? "\r\n0\r\n\r\n" : "").getBytes(ISO_8859_1));
      int cut = random.nextInt(10) < 3 ? random.nextInt(60) : random.nextInt(whole.length);
      boolean reset = random.nextBoolean();
      try (SocketServer server =
          SocketServer.start(
              peer -> {
                peer.head();
                peer.send(java.util.Arrays.copyOf(whole, cut));
                if (reset) {
                  peer.socket.setSoLinger(true, 0);
                }
              })) {
        assertThatThrownBy(() -> text(client.execute(get(server.origin()))))
            .as("cut at %d of %d, reset %s", cut, whole.length, reset)
            .isInstanceOfAny(EOFException.class, NoResponseException.class, SocketException.class)
            .isNotInstanceOf(SocketTimeoutException.class);
      }
    }
    Await.until("no connection is left", LONG, () -> client.connections() == 0);
  }

  private static byte[] concat(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(100_000);
    for (byte[] part : parts) {
      all.put(part);
    }
    byte[] bytes = new byte[all.flip().remaining()];
    all.get(bytes);
    return bytes;
  }

  @Test
  void moreThanContentLength_isNotReadAndNotKept() throws Exception {
    try (SocketServer server =
        SocketServer.start(
            peer -> {
              peer.head();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more");
              peer.stall();
            })) {
      assertThat(text(client.execute(get(server.origin())))).isEqualTo("hello");
      assertThat(text(client.execute(get(server.origin())))).isEqualTo("hello");
      assertThat(server.accepted()).isEqualTo(2);
    }
  }

  @Test
  void firstByte_tooLate_isATimeout() throws Exception {
    try (SocketServer server =
            SocketServer.start(
                peer -> {
                  peer.head();
                  peer.send("HTTP/1.1 200 OK\r\nContent-");
                  peer.stall();
                });
        HttpClient impatient = Clients.client(Clients.limits(LONG, SHORT, LONG))) {
      assertThatThrownBy(() -> impatient.execute(get(server.origin())))
          .isInstanceOf(SocketTimeoutException.class)
          .isNotInstanceOf(ConnectTimeoutException.class);
      assertThat(impatient.connections()).isZero();
    }
  }

  @Test
  void head_dropByDrop_endsAtItsDeadline() throws Exception {
    try (SocketServer server =
            SocketServer.start(
                peer -> {
                  peer.head();
                  peer.send("HTTP/1.1 200 OK\r\nX: ");
                  CountDownLatch never = new CountDownLatch(1);
                  while (!never.await(20, TimeUnit.MILLISECONDS)) {
                    peer.send("x");
                  }
                });
        HttpClient impatient = Clients.client(Clients.limits(LONG, SHORT, LONG))) {
      assertThatThrownBy(() -> impatient.execute(get(server.origin())))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void body_stalled_isATimeoutOfItsOwn() throws Exception {
    try (SocketServer server =
            SocketServer.start(
                peer -> {
                  peer.head();
                  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
                  peer.stall();
                });
        HttpClient impatient = Clients.client(Clients.limits(LONG, LONG, SHORT))) {
      HttpResponse response = impatient.execute(get(server.origin()));
      ByteBuffer buffer = ByteBuffer.allocate(10);

      assertThatThrownBy(
              () -> {
                while (buffer.hasRemaining()) {
                  response.body().read(buffer);
                }
              })
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(buffer.position()).isEqualTo(5);
      assertThat(impatient.connections()).isZero();
    }
  }

  @Test
  void idleConnection_closedByTheServer_isNotUsed() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    try (SocketServer server =
        SocketServer.start(
            peer -> {
              peer.head();
              peer.answer("hello");
              peer.socket.shutdownOutput();
              closed.countDown();
              // Half closed: it still reads, and never answers.
              peer.in().readAllBytes();
            })) {
      assertThat(text(client.execute(get(server.origin())))).isEqualTo("hello");
      closed.await();

      // A POST may not be sent twice, so that only the look before it can help.
      assertThat(text(client.execute(request(server.origin(), "POST", RequestBody.none()))))
          .isEqualTo("hello");
      assertThat(server.heads).hasSize(2);
    }
  }

  /** The server closes in the moment in which the request is on its way. */
  @Test
  void usedConnection_closedUnderTheRequest_isReplacedOnceForAGet() throws Exception {
    try (SocketServer server =
        SocketServer.start(
            peer -> {
              peer.head();
              peer.answer("hello");
              peer.head();
            })) {
      assertThat(text(client.execute(get(server.origin())))).isEqualTo("hello");
      assertThat(text(client.execute(get(server.origin())))).isEqualTo("hello");
      assertThat(server.accepted()).isEqualTo(2);
      assertThat(server.heads).hasSize(3);

      assertThatThrownBy(() -> client.execute(request(server.origin(), "POST", RequestBody.none())))
          .isInstanceOf(NoResponseException.class);
    }
  }

  @Test
  void newConnection_closedWithoutAnswer_isNotTriedAgain() throws Exception {
    try (SocketServer server = SocketServer.start(SocketServer.Peer::head)) {
      assertThatThrownBy(() -> client.execute(get(server.origin())))
          .isInstanceOf(NoResponseException.class);
      assertThat(server.accepted()).isEqualTo(1);
    }
  }

  @Test
  void idleConnections_afterTheirTime_areClosed() throws Exception {
    HttpLimits limits =
        new HttpLimits(LONG, LONG, LONG, LONG, 8, Duration.ofMillis(50), HttpLimits.LIFETIME);
    try (SocketServer server = SocketServer.start(SocketServer.answering("hello"));
        HttpClient brief = Clients.client(limits)) {
      text(brief.execute(get(server.origin())));

      Await.until("the idle one is closed", LONG, () -> brief.connections() == 0);
      assertThat(text(brief.execute(get(server.origin())))).isEqualTo("hello");
      assertThat(server.accepted()).isEqualTo(2);
    }
  }

  @Test
  void connections_olderThanTheirLifetime_areNotUsedAgain() throws Exception {
    HttpLimits limits =
        new HttpLimits(LONG, LONG, LONG, LONG, 8, HttpLimits.IDLE, Duration.ofNanos(1));
    try (SocketServer server = SocketServer.start(SocketServer.answering("hello"));
        HttpClient brief = Clients.client(limits)) {
      text(brief.execute(get(server.origin())));
      text(brief.execute(get(server.origin())));

      assertThat(server.accepted()).isEqualTo(2);
    }
  }

  @Test
  void allConnectionsInUse_nextWaitsForOneOrItsTime() throws Exception {
    HttpLimits limits =
        new HttpLimits(LONG, LONG, LONG, SHORT, 1, HttpLimits.IDLE, HttpLimits.LIFETIME);
    try (SocketServer server = SocketServer.start(SocketServer.answering("hello"));
        HttpClient single = Clients.client(limits)) {
      HttpResponse held = single.execute(get(server.origin()));
      assertThatThrownBy(() -> single.execute(get(server.origin())))
          .isInstanceOf(PoolTimeoutException.class);

      held.body().close();

      assertThat(text(single.execute(get(server.origin())))).isEqualTo("hello");
      assertThat(server.accepted()).isEqualTo(1);
    }
  }

  @Test
  void body_closedEarly_keepsTheConnectionOnlyForALittleRest() throws Exception {
    byte[] large = new byte[5_000_000];
    try (SocketServer server =
        SocketServer.start(
            peer -> {
              while (!peer.head().isEmpty()) {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n").send(large);
              }
            })) {
      client.execute(get(server.origin())).body().close();
      assertThat(client.connections()).isZero();
    }
    try (SocketServer server = SocketServer.start(SocketServer.answering("hello"))) {
      client.execute(get(server.origin())).body().close();
      assertThat(text(client.execute(get(server.origin())))).isEqualTo("hello");
      assertThat(server.accepted()).isEqualTo(1);
    }
  }

  /** An answer in chunks without the last one, which is the end; a body of five bytes. */
  private static SocketServer endless() throws IOException {
    return SocketServer.start(
        peer -> {
          peer.head();
          peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
          peer.stall();
        });
  }

  /** Who parses a body knows its last byte, and may not wait for what the server sends after. */
  @Test
  void body_closedBeforeItsEndHasCome_closesTheConnection() throws Exception {
    try (SocketServer server = endless()) {
      ResponseBody body = client.execute(get(server.origin())).body();
      assertThat(body.asStream().readNBytes(5)).asString(ISO_8859_1).isEqualTo("hello");

      body.close();

      assertThat(client.connections()).isZero();
    }
  }

  @Test
  void body_closedByAnInterruptedThread_closesTheConnection() throws Exception {
    try (SocketServer server = endless()) {
      ResponseBody body = client.execute(get(server.origin())).body();
      assertThat(body.asStream().readNBytes(5)).hasSize(5);
      boolean interrupted;

      Thread.currentThread().interrupt();
      try {
        body.close();
      } finally {
        interrupted = Thread.interrupted();
      }

      assertThat(interrupted).isTrue();
      assertThat(client.connections()).isZero();
    }
  }

  @Test
  void abort_fromAnotherThread_endsTheWaitAtOnce() throws Exception {
    try (SocketServer server =
        SocketServer.start(
            peer -> {
              peer.head();
              peer.stall();
            })) {
      HttpExchange exchange = client.prepare(get(server.origin()));
      ExecutorService thread = Executors.newSingleThreadExecutor();
      try {
        Future<HttpResponse> answer = thread.submit(exchange::call);
        Await.until("the request has come", LONG, () -> !server.heads.isEmpty());

        exchange.abort();

        assertThatThrownBy(() -> answer.get(30, TimeUnit.SECONDS))
            .hasCauseInstanceOf(IOException.class);
        assertThat(server.heads).hasSize(1);
        assertThat(client.connections()).isZero();
      } finally {
        thread.shutdownNow();
      }
    }
  }

  @Test
  void interrupt_waitingForABody_endsItAndKeepsTheStatus() throws Exception {
    try (SocketServer server =
        SocketServer.start(
            peer -> {
              peer.head();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
              peer.stall();
            })) {
      HttpResponse response = client.execute(get(server.origin()));
      boolean[] status = new boolean[1];
      Throwable[] thrown = new Throwable[1];
      Thread reader =
          new Thread(
              () -> {
                try {
                  response.body().read(ByteBuffer.allocate(10));
                } catch (IOException e) {
                  thrown[0] = e;
                  status[0] = Thread.currentThread().isInterrupted();
                }
              });
      reader.start();

      reader.interrupt();

      reader.join(30_000);
      assertThat(thrown[0]).isInstanceOf(ClosedByInterruptException.class);
      assertThat(status[0]).isTrue();
      assertThat(client.connections()).isZero();
    }
  }

  @Test
  void nobodyListens_isAConnectException() throws Exception {
    try (Socket bound = new Socket()) { // and does not listen: nobody else gets its port
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Origin deaf = new Origin(false, "127.0.0.1", bound.getLocalPort());

      assertThatThrownBy(() -> client.execute(get(deaf))).isInstanceOf(ConnectException.class);
      assertThat(client.connections()).isZero();
    }
  }

  @Test
  void close_endsWhatRunsAndRefusesWhatComes() throws Exception {
    try (SocketServer server =
        SocketServer.start(
            peer -> {
              peer.head();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
              peer.stall();
            })) {
      HttpResponse open = client.execute(get(server.origin()));

      client.close();

      assertThatThrownBy(() -> open.body().read(ByteBuffer.allocateDirect(100_000)))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> client.execute(get(server.origin())))
          .isInstanceOf(SocketException.class);
      assertThat(client.connections()).isZero();
    }
  }

  @Test
  void requestHead_withALineBreak_isRefusedWithoutItsText() {
    assertThatThrownBy(
            () ->
                new HttpRequest(
                    new Origin(false, "h", 1),
                    "GET",
                    "/",
                    new Headers().add("x-amz-security-token", "secret\r\nX: y"),
                    RequestBody.none()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }
}
