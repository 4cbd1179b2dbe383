package io.thins3.store.http;

import static io.thins3.store.http.Clients.get;
import static io.thins3.store.http.Clients.request;
import static io.thins3.store.http.Clients.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.testing.SocketServer;
import java.io.EOFException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that answers something else than HTTP. */
@Timeout(120)
class NoHttpTest {
  private final HttpClient client = Clients.patient();

  @AfterEach
  void close() {
    client.close();
  }

  /** A proxy or server that went wrong on one connection: what comes there is no answer. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0000\u0001garbage\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno field\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Le"
      })
  void usedConnection_answersNoHttp_isReplacedOnceForAGet(String answer) throws Exception {
    try (SocketServer server =
        SocketServer.start(
            peer -> {
              peer.head();
              peer.answer("hello");
              peer.head();
              peer.send(answer);
            })) {
      assertThat(text(client.execute(get(server.origin())))).isEqualTo("hello");
      assertThat(text(client.execute(get(server.origin())))).isEqualTo("hello");
      assertThat(server.accepted()).isEqualTo(2);
      assertThat(server.heads).hasSize(3);

      assertThatThrownBy(() -> client.execute(request(server.origin(), "POST", RequestBody.none())))
          .isInstanceOfAny(HttpProtocolException.class, EOFException.class);
    }
  }

  @Test
  void newConnection_answersNoHttp_isNotTriedAgain() throws Exception {
    try (SocketServer server =
        SocketServer.start(
            peer -> {
              peer.head();
              peer.send("SSH-2.0-OpenSSH\r\n");
            })) {
      assertThatThrownBy(() -> client.execute(get(server.origin())))
          .isInstanceOf(HttpProtocolException.class);
      assertThat(server.accepted()).isEqualTo(1);
      assertThat(client.connections()).isZero();
    }
  }
}
