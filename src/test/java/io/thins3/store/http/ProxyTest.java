package io.thins3.store.http;

import static io.thins3.store.http.Clients.LONG;
import static io.thins3.store.http.Clients.get;
import static io.thins3.store.http.Clients.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.testing.SocketServer;
import io.thins3.testing.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proxies as the environment names them. */
@Timeout(120)
class ProxyTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  private static HttpClient client(SocketServer proxy, TlsSettings tls) {
    String address = "http://user:pass%40word@127.0.0.1:" + proxy.port();
    return new HttpClient(
        HttpLimits.of(LONG, LONG, 8),
        ProxySettings.of(Map.of("http_proxy", address, "HTTPS_PROXY", address)),
        tls,
        "proxied");
  }

  /** "user:pass@word". */
  private static final String AUTHORIZATION = "Proxy-Authorization: Basic dXNlcjpwYXNzQHdvcmQ=\r\n";

  @Test
  void http_asksTheProxyForTheWholeAddress() throws Exception {
    try (SocketServer proxy = SocketServer.start(SocketServer.answering("by proxy"));
        HttpClient client = client(proxy, TlsSettings.ofRuntime())) {
      Origin origin = new Origin(false, "minio.example", 9000);

      assertThat(text(client.execute(get(origin)))).isEqualTo("by proxy");
      assertThat(proxy.heads.get(0))
          .startsWith("GET http://minio.example:9000/ HTTP/1.1\r\nHost: minio.example:9000\r\n")
          .contains(AUTHORIZATION);
    }
  }

  @Test
  void https_goesThroughATunnelThatSeesNoRequest() throws Exception {
    TestCertificates certificates = TestCertificates.create(directory, "dns:minio.example");
    try (SocketServer server =
            SocketServer.start(
                certificates
                    .server()
                    .getServerSocketFactory()
                    .createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                SocketServer.answering("in a tunnel"));
        SocketServer proxy =
            SocketServer.start(
                peer -> {
                  peer.head();
                  peer.send("HTTP/1.1 200 Connection established\r\n\r\n");
                  pass(peer, server.port());
                });
        HttpClient client = client(proxy, TlsSettings.trusting(certificates.authority()))) {
      Origin origin = new Origin(true, "minio.example", 443);

      assertThat(text(client.execute(get(origin)))).isEqualTo("in a tunnel");
      assertThat(text(client.execute(get(origin)))).isEqualTo("in a tunnel");
      assertThat(proxy.heads).hasSize(1);
      assertThat(proxy.heads.get(0))
          .startsWith("CONNECT minio.example:443 HTTP/1.1\r\nHost: minio.example:443\r\n")
          .contains(AUTHORIZATION);
      assertThat(server.heads.get(0))
          .startsWith("GET / HTTP/1.1\r\nHost: minio.example\r\n")
          .doesNotContain("Proxy");
    }
  }

  private static void pass(SocketServer.Peer peer, int target) throws IOException {
    try (Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target)) {
      Thread up =
          new Thread(
              () -> {
                try {
                  peer.in().transferTo(upstream.getOutputStream());
                } catch (IOException e) {
                  // The client is done; so is this thread.
                  return;
                }
              });
      up.setDaemon(true);
      up.start();
      upstream.getInputStream().transferTo(peer.out());
    }
  }

  @Test
  void https_proxyRefuses_saysSoWithoutItsPassword() throws Exception {
    try (SocketServer proxy =
            SocketServer.start(
                peer -> {
                  peer.head();
                  peer.send("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
                });
        HttpClient client = client(proxy, TlsSettings.ofRuntime())) {
      assertThatThrownBy(() -> client.execute(get(new Origin(true, "minio.example", 443))))
          .isInstanceOf(ProxyRefusedException.class)
          .hasMessageContaining("127.0.0.1:" + proxy.port())
          .hasMessageContaining("407")
          .hasMessageNotContaining("word");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "minio.example, 9000, , false",
    "minio.example, 9000, *, true",
    "minio.example, 9000, minio.example, true",
    "MINIO.example, 9000, Minio.Example, true",
    "minio.example, 9000, .example, true",
    "minio.example, 9000, *.example, true",
    "minio.example, 9000, example, true",
    "minio.example, 9000, ample, false",
    "minio.example, 9000, minio.example:9000, true",
    "minio.example, 9000, minio.example:443, false",
    "minio.example, 9000, 'other, minio.example', true",
    "10.1.2.3, 9000, 10.0.0.0/8, true",
    "11.1.2.3, 9000, 10.0.0.0/8, false",
    "10.1.2.3, 9000, 10.1.2.2/31, true",
    "10.1.2.4, 9000, 10.1.2.2/31, false",
    "10.1.2.3, 9000, 10.1.2.3, true",
    "10.1.2.3, 9000, 10.1.2.3:9000, true",
    "10.1.2.30, 9000, 10.1.2.3, false",
    "fd00::1, 9000, fd00::/8, true",
    "fd00::1, 9000, [fd00::1]:9000, true",
    "fe00::1, 9000, fd00::/8, false",
    "10.1.2.3, 9000, fd00::/8, false",
    "minio.svc, 9000, 'kubernetes.default,.svc,10.96.0.0/12', true",
    "localhost, 9000, , true",
    "127.0.0.1, 9000, , true",
    "::1, 9000, , true",
  })
  void noProxy_coversOrNot(String host, int port, @Nullable String rules, boolean direct) {
    ProxySettings settings =
        ProxySettings.of(
            Map.of("HTTP_PROXY", "proxy:3128", "NO_PROXY", rules == null ? "" : rules));

    Proxy proxy = settings.of(new Origin(false, host, port));

    assertThat(proxy == null).isEqualTo(direct);
  }

  @Test
  void variables_smallLettersFirstAndEachForItsScheme() {
    ProxySettings settings =
        ProxySettings.of(
            Map.of("http_proxy", "http://small:1", "HTTP_PROXY", "http://large:2/", "X", "y"));

    assertThat(settings.of(new Origin(false, "h", 1))).hasToString("small:1");
    assertThat(settings.of(new Origin(true, "h", 1))).isNull();
    assertThat(ProxySettings.of(Map.of("https_proxy", "h")).of(new Origin(true, "s", 1)))
        .hasToString("h:80");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://user:secret@", "socks5://user:secret@h:1", "http://user:secret@a b:1"})
  void address_ofNoUse_isRefusedWithoutItsPassword(String address) {
    assertThatThrownBy(() -> ProxySettings.of(Map.of("HTTPS_PROXY", address)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("HTTPS_PROXY ")
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }
}
