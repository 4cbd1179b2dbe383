package io.thins3.store.http;

import static io.thins3.store.http.Clients.LONG;
import static io.thins3.store.http.Clients.get;
import static io.thins3.store.http.Clients.request;
import static io.thins3.store.http.Clients.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.testing.SocketServer;
import io.thins3.testing.TestCertificates;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS against the JDK's own server side. */
@Timeout(120)
class TlsTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static TestCertificates certificates;

  @BeforeAll
  static void certificates() throws IOException {
    certificates = TestCertificates.create(directory, "dns:localhost");
  }

  private static SocketServer server(SocketServer.Script script, String... protocols)
      throws Exception {
    ServerSocket socket =
        certificates
            .server()
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    if (protocols.length > 0) {
      ((SSLServerSocket) socket).setEnabledProtocols(protocols);
    }
    return SocketServer.start(socket, script);
  }

  private static Origin origin(SocketServer server) {
    return new Origin(true, "localhost", server.port());
  }

  private static HttpClient client(TlsSettings tls) {
    return new HttpClient(HttpLimits.of(LONG, LONG, 8), ProxySettings.none(), tls, "tls-client");
  }

  private static HttpClient trusting() throws IOException {
    return client(TlsSettings.trusting(certificates.authority()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void bodies_bothWays_areWhatWasSent(String protocol) throws Exception {
    byte[] content = new byte[1_000_000];
    new Random(5).nextBytes(content);
    byte[][] got = new byte[1][];
    try (SocketServer server =
            server(
                peer -> {
                  while (!peer.head().isEmpty()) {
                    got[0] = peer.body(1_000_000);
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n").send(content);
                  }
                },
                protocol);
        HttpClient client = trusting()) {
      for (ByteBuffer buffer :
          new ByteBuffer[] {ByteBuffer.allocateDirect(1_000_000), ByteBuffer.allocate(1_000_000)}) {
        RequestBody upload = RequestBody.of(ByteBuffer.wrap(content));
        ResponseBody body = client.execute(request(origin(server), "PUT", upload)).body();
        while (buffer.hasRemaining()) {
          assertThat(body.read(buffer)).isPositive();
        }

        assertThat(buffer.flip()).isEqualTo(ByteBuffer.wrap(content));
        assertThat(got[0]).isEqualTo(content);
      }
      // The tickets that TLS 1.3 sends after the handshake are no reason for a new connection.
      assertThat(server.accepted()).isEqualTo(1);
    }
  }

  @Test
  void unknownAuthority_isRefused() throws Exception {
    try (SocketServer server = server(SocketServer.answering("hello"));
        HttpClient client = client(TlsSettings.ofRuntime())) {
      assertThatThrownBy(() -> client.execute(get(origin(server))))
          .isInstanceOf(SSLException.class);
      assertThat(server.heads).isEmpty();
    }
  }

  @Test
  void otherHostName_isRefused() throws Exception {
    try (SocketServer server = server(SocketServer.answering("hello"));
        HttpClient client = trusting()) {
      Origin other = new Origin(true, "127.0.0.1", server.port());

      assertThatThrownBy(() -> client.execute(get(other))).isInstanceOf(SSLException.class);
      assertThat(server.heads).isEmpty();
    }
  }

  @Test
  void trustingAnybody_unknownAuthorityAndOtherName_areTaken() throws Exception {
    try (SocketServer server = server(SocketServer.answering("hello"));
        HttpClient client = client(TlsSettings.trustingAnybody())) {
      Origin other = new Origin(true, "127.0.0.1", server.port());

      assertThat(text(client.execute(get(other)))).isEqualTo("hello");
    }
  }

  @Test
  void bundle_withoutCertificate_isAnError() throws Exception {
    Path empty = Files.writeString(directory.resolve("empty.pem"), "");
    Path text = Files.writeString(directory.resolve("text.pem"), "no certificate");

    assertThatThrownBy(() -> TlsSettings.trusting(empty)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> TlsSettings.trusting(text)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> TlsSettings.trusting(directory.resolve("none.pem")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void plainServer_isATlsFailureAndNoHang() throws Exception {
    try (SocketServer server =
            SocketServer.start(
                peer -> {
                  peer.in().read();
                  peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
                });
        HttpClient client = trusting()) {
      assertThatThrownBy(() -> client.execute(get(origin(server))))
          .isInstanceOf(SSLException.class);
    }
  }

  /** Only TLS's own end is an end: anybody can close a TCP connection. */
  @Test
  void bodyUntilClose_closedWithoutTheEndOfTls_isCut() throws Exception {
    try (SocketServer plain =
            SocketServer.start(
                peer -> {
                  peer.head();
                  peer.send("HTTP/1.1 200 OK\r\n\r\nhello");
                });
        SocketServer server =
            server(
                peer -> {
                  peer.head();
                  peer.send("HTTP/1.1 200 OK\r\n\r\nhello");
                },
                "TLSv1.3");
        CutProxy cut = new CutProxy(server.port());
        HttpClient client = trusting()) {
      assertThat(text(client.execute(get(plain.origin())))).isEqualTo("hello");
      assertThat(text(client.execute(get(origin(server))))).isEqualTo("hello");
      HttpResponse response = client.execute(get(new Origin(true, "localhost", cut.server.port())));

      assertThatThrownBy(() -> text(response)).isInstanceOf(EOFException.class);
    }
  }

  /** Passes everything on but TLS's end: there it cuts the connection. */
  private static final class CutProxy implements AutoCloseable {
    final SocketServer server;
    final CountDownLatch done = new CountDownLatch(1);

    CutProxy(int target) throws IOException {
      server = SocketServer.start(peer -> pass(peer, target));
    }

    private void pass(SocketServer.Peer peer, int target) throws IOException {
      try (Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target)) {
        Thread up =
            new Thread(
                () -> {
                  try {
                    peer.in().transferTo(upstream.getOutputStream());
                  } catch (IOException e) {
                    // Its end of the connection is closed.
                    done.countDown();
                  }
                });
        up.setDaemon(true);
        up.start();
        for (byte[] next = record(upstream); !isEnd(next); next = record(upstream)) {
          peer.send(next);
        }
      }
    }

    /** Nothing more, or an alert of TLS 1.3: two bytes, their type, padding and a checksum. */
    private static boolean isEnd(byte[] record) {
      return record.length == 0 || (record[0] == 23 && record.length < 50);
    }

    private static byte[] record(Socket from) throws IOException {
      byte[] head = from.getInputStream().readNBytes(5);
      if (head.length < 5) {
        return new byte[0];
      }
      int length = (head[3] & 0xff) << 8 | (head[4] & 0xff);
      return ByteBuffer.allocate(5 + length)
          .put(head)
          .put(from.getInputStream().readNBytes(length))
          .array();
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
