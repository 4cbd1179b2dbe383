package io.thins3.store.http;

import static io.thins3.store.http.Clients.LONG;
import static io.thins3.store.http.Clients.get;
import static io.thins3.store.http.Clients.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.testing.SocketServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class BuffersTest {
  @Test
  void take_afterGive_isTheSameBuffer() {
    Buffers buffers = new Buffers();
    ByteBuffer first = buffers.take(1000);
    ByteBuffer other = buffers.take(2000);
    assertThat(first.isDirect()).isTrue();
    first.position(10).limit(20);

    buffers.give(first);
    buffers.give(Buffers.NONE);

    assertThat(buffers.take(2000)).isNotSameAs(other);
    ByteBuffer again = buffers.take(1000);
    assertThat(again).isSameAs(first);
    assertThat(again.remaining()).isEqualTo(1000);
    assertThat(buffers.allocated()).isEqualTo(5000);
  }

  @Test
  void clear_leavesNothing() {
    Buffers buffers = new Buffers();
    ByteBuffer first = buffers.take(1000);
    buffers.give(first);

    buffers.clear();

    assertThat(buffers.take(1000)).isNotSameAs(first);
  }

  /** However connections end, the next one has the buffers of one that ended before. */
  @Test
  void connections_manyOneAfterTheOther_haveTheBuffersOfAFew() throws Exception {
    byte[] large = new byte[500_000];
    try (SocketServer server =
            SocketServer.start(
                peer -> {
                  while (!peer.head().isEmpty()) {
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n").send(large);
                  }
                });
        SocketServer closing =
            SocketServer.start(
                peer -> {
                  peer.head();
                  peer.send("HTTP/1.1 200 OK\r\n\r\nhello");
                });
        HttpClient client = Clients.client(HttpLimits.of(LONG, LONG, 8))) {
      // One stays, so that nothing is thrown away because all is idle.
      HttpResponse held = client.execute(get(server.origin()));
      for (int i = 0; i < 30; i++) {
        client.execute(get(server.origin())).body().discard();
        HttpResponse aborted = client.execute(get(server.origin()));
        aborted.body().abort();
        aborted.body().close();
        client.execute(get(server.origin())).body().close();
        assertThat(text(client.execute(get(closing.origin())))).isEqualTo("hello");
      }
      assertThat(client.allocatedBytes()).isLessThanOrEqualTo(3 * 32 * 1024);
      held.body().discard();
    }
  }

  @Test
  void readAfterTheEnd_ofAnAbortedBody_touchesNobodyElsesBuffer() throws Exception {
    byte[] zeros = new byte[500_000];
    try (SocketServer server =
            SocketServer.start(
                peer -> {
                  while (!peer.head().isEmpty()) {
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n").send(zeros);
                  }
                });
        HttpClient client = Clients.client(HttpLimits.of(LONG, LONG, 8))) {
      ResponseBody ended = client.execute(get(server.origin())).body();
      ended.discard();
      ResponseBody next = client.execute(get(server.origin())).body();
      ByteBuffer some = ByteBuffer.allocate(10);

      assertThat(next.read(some)).isPositive();
      assertThatThrownBy(() -> ended.read(ByteBuffer.allocate(10))).isInstanceOf(IOException.class);
      int count = 0;
      ByteBuffer rest = ByteBuffer.allocate(zeros.length);
      while ((count = next.read(rest)) >= 0) {
        assertThat(count).isPositive();
      }
      assertThat(some.position() + rest.position()).isEqualTo(zeros.length);
    }
  }
}
