package io.thins3.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The proxy in front of a server that sends {@link #SIZE} bytes to whoever sends one. */
class FaultProxyTest {
  private static final int SIZE = 200_000;

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final FaultProxy proxy =
      FaultProxy.inFrontOf(URI.create("http://127.0.0.1:" + server.getLocalPort()));

  FaultProxyTest() throws IOException {
    Thread serving =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                  if (client.getInputStream().read() >= 0) {
                    client.getOutputStream().write(new byte[SIZE]);
                  }
                } catch (IOException e) {
                  // The next client, or the end.
                }
              }
            });
    serving.setDaemon(true);
    serving.start();
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    server.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.endpoint().getPort());
    socket.setSoTimeout(30_000);
    socket.getOutputStream().write(1);
    return socket;
  }

  private int received() throws IOException {
    try (Socket socket = connect()) {
      return socket.getInputStream().readAllBytes().length;
    }
  }

  @Test
  void proxy_withoutFault_passesEverything() throws Exception {
    assertThat(received()).isEqualTo(SIZE);
    assertThat(proxy.accepted()).isEqualTo(1);
  }

  @Test
  void cutAfter_bytes_exactlySoManyPassAndOnlySoOften() throws Exception {
    proxy.cutAfter(123_456, 2);

    assertThat(received()).isEqualTo(123_456);
    assertThat(received()).isEqualTo(123_456);
    assertThat(received()).isEqualTo(SIZE);
  }

  @Test
  void cutAfter_nothing_closesBeforeTheFirstByte() throws Exception {
    proxy.cutAfter(0, 1);

    assertThat(received()).isZero();
  }

  @Test
  void stallAfter_bytes_silenceUntilItHeals() throws Exception {
    proxy.stallAfter(1000, 1);
    try (Socket socket = connect()) {
      InputStream in = socket.getInputStream();
      assertThat(in.readNBytes(1000)).hasSize(1000);
      socket.setSoTimeout(200);
      assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);

      socket.setSoTimeout(30_000);
      proxy.heal();

      assertThat(in.read()).isEqualTo(-1);
    }
    assertThat(received()).isEqualTo(SIZE);
  }

  @Test
  void refuse_newConnections_failUntilAcceptedAgain() throws Exception {
    proxy.refuse();
    assertThatThrownBy(this::connect).isInstanceOf(IOException.class);

    proxy.acceptAgain();

    assertThat(received()).isEqualTo(SIZE);
  }

  @Test
  void delay_answers_arriveNoEarlier() throws Exception {
    proxy.delay(Duration.ofMillis(300));
    long start = System.nanoTime();

    assertThat(received()).isEqualTo(SIZE);

    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofMillis(300));
  }
}
