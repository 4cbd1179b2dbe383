package io.thins3.store.http;

import static io.thins3.store.http.Clients.LONG;
import static io.thins3.store.http.Clients.SHORT;
import static io.thins3.store.http.Clients.request;
import static io.thins3.store.http.Clients.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.testing.SocketServer;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies of requests, and servers that do not want them. */
@Timeout(120)
class UploadTest {
  private final HttpClient client = Clients.patient();

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void upload_thatNobodyReads_isATimeout() throws Exception {
    try (SocketServer server =
            SocketServer.start(
                peer -> {
                  peer.head();
                  peer.stall();
                });
        HttpClient impatient = Clients.client(Clients.limits(LONG, LONG, SHORT))) {
      ByteBuffer body = ByteBuffer.allocateDirect(64 << 20);

      assertThatThrownBy(
              () -> impatient.execute(request(server.origin(), "PUT", RequestBody.of(body))))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void upload_fromBuffersAndStreams_isWhatTheyHold() throws Exception {
    byte[] content = new byte[1_000_000];
    new Random(3).nextBytes(content);
    ByteBuffer head = ByteBuffer.wrap(content, 0, 300_001).slice();
    ByteBuffer tail = ByteBuffer.allocateDirect(699_999);
    tail.put(content, 300_001, 699_999).flip();
    RequestBody[] bodies = {
      RequestBody.of(head, ByteBuffer.allocate(0), tail),
      RequestBody.of(() -> new ByteArrayInputStream(content), content.length)
    };
    byte[][] got = new byte[1][];
    try (SocketServer server =
        SocketServer.start(
            peer -> {
              while (!peer.head().isEmpty()) {
                got[0] = peer.body(1_000_000);
                peer.answer("");
              }
            })) {
      for (RequestBody body : bodies) {
        client.execute(request(server.origin(), "PUT", body)).body().close();

        assertThat(got[0]).isEqualTo(content);
      }
      assertThat(server.heads.get(0)).contains("Content-Length: 1000000\r\n");
      assertThat(head.position()).isZero();
      assertThat(server.accepted()).isEqualTo(1);
    }
  }

  @Test
  void upload_streamShorterThanItsLength_fails() throws Exception {
    try (SocketServer server = SocketServer.start(SocketServer.Peer::head)) {
      assertThatThrownBy(
              () ->
                  client.execute(
                      request(
                          server.origin(),
                          "PUT",
                          RequestBody.of(() -> new ByteArrayInputStream(new byte[5]), 10))))
          .isInstanceOf(EOFException.class);
    }
  }

  /** MinIO refuses an upload, does not read it, and closes. */
  @Test
  void upload_refusedOnTheWay_givesTheAnswer() throws Exception {
    try (SocketServer server =
        SocketServer.start(
            peer -> {
              peer.head();
              peer.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
              peer.socket.shutdownOutput();
              peer.body(1_000_000);
            })) {
      ByteBuffer body = ByteBuffer.allocateDirect(64 << 20);

      HttpResponse response = client.execute(request(server.origin(), "PUT", RequestBody.of(body)));

      assertThat(response.status()).isEqualTo(403);
    }
  }

  private static HttpRequest expecting(Origin origin) {
    return new HttpRequest(
        origin,
        "PUT",
        "/",
        new Headers().add("Expect", "100-continue"),
        RequestBody.of(ByteBuffer.wrap("hello".getBytes(ISO_8859_1))));
  }

  @Test
  void expectContinue_serverContinues_sendsTheBody() throws Exception {
    try (SocketServer server =
        SocketServer.start(
            peer -> {
              peer.head();
              assertThat(peer.in().available()).isZero();
              peer.send("HTTP/1.1 100 Continue\r\n\r\n");
              peer.answer(new String(peer.body(5), ISO_8859_1));
              peer.stall();
            })) {
      assertThat(text(client.execute(expecting(server.origin())))).isEqualTo("hello");
    }
  }

  @Test
  void expectContinue_serverRefuses_sendsNoBodyAndDropsTheConnection() throws Exception {
    try (SocketServer server =
        SocketServer.start(
            peer -> {
              peer.head();
              peer.send("HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n");
              assertThat(peer.in().read()).isNegative();
            })) {
      assertThat(client.execute(expecting(server.origin())).status()).isEqualTo(412);
      assertThat(client.connections()).isZero();
    }
  }

  @Test
  void expectContinue_serverSaysNothing_sendsTheBodyAfterAWhile() throws Exception {
    try (SocketServer server =
        SocketServer.start(
            peer -> {
              peer.head();
              peer.answer(new String(peer.body(5), ISO_8859_1));
              peer.stall();
            })) {
      assertThat(text(client.execute(expecting(server.origin())))).isEqualTo("hello");
    }
  }
}
