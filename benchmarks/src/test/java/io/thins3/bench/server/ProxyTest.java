package io.thins3.bench.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.thins3.bench.result.Traffic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ProxyTest {
  private static final Content CONTENT = new Content(3);
  private static final int LARGE = 20 << 20;

  @SuppressWarnings("NullAway.Init")
  private HttpServer server;

  /** Answers a GET with bytes, and a PUT with what it got. */
  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task);
              thread.setDaemon(true);
              return thread;
            }));
    server.createContext(
        "/",
        exchange -> {
          byte[] received = exchange.getRequestBody().readAllBytes();
          byte[] answer = received.length == 0 ? CONTENT.bytes(0, LARGE) : received;
          exchange.sendResponseHeaders(200, answer.length);
          try (var out = exchange.getResponseBody()) {
            out.write(answer);
          }
        });
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  private URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private static HttpClient client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  private static byte[] get(HttpClient client, URI uri) throws IOException, InterruptedException {
    return client
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray())
        .body();
  }

  @Test
  void proxy_largeTransfersBothWays_handsOnEveryByteAndCounts() throws Exception {
    for (int millis : new int[] {0, 20}) {
      try (Proxy proxy = Proxy.start(address(), Duration.ofMillis(millis))) {
        HttpClient client = client();
        byte[] body = CONTENT.bytes(0, LARGE);

        assertThat(get(client, proxy.endpoint().resolve("/bucket/key"))).isEqualTo(body);
        HttpRequest put =
            HttpRequest.newBuilder(proxy.endpoint().resolve("/bucket/key"))
                .PUT(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        assertThat(client.send(put, HttpResponse.BodyHandlers.ofByteArray()).body())
            .isEqualTo(body);

        Traffic traffic = proxy.traffic();
        assertThat(traffic.requests()).containsOnlyKeys("get", "put");
        assertThat(traffic.bytesToStore()).isBetween((long) LARGE, LARGE + 2000L);
        assertThat(traffic.bytesFromStore()).isBetween(2L * LARGE, 2L * LARGE + 2000);
      }
    }
  }

  @Test
  void proxy_withADelay_noAnswerComesEarlierThanTheRoundTrip() throws Exception {
    try (Proxy proxy = Proxy.start(address(), Duration.ofMillis(40))) {
      HttpClient client = client();
      for (int i = 0; i < 3; i++) {
        long start = System.nanoTime();
        get(client, proxy.endpoint());
        assertThat(Duration.ofNanos(System.nanoTime() - start))
            .isGreaterThan(Duration.ofMillis(40));
      }
    }
  }

  @Test
  void proxy_manyAtOnce_answersEachWithItsOwn() throws Exception {
    try (Proxy proxy = Proxy.start(address(), Duration.ofMillis(5))) {
      HttpClient client = client();
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        HttpRequest put =
            HttpRequest.newBuilder(proxy.endpoint().resolve("/b/" + i))
                .PUT(HttpRequest.BodyPublishers.ofString("text " + i))
                .build();
        answers.add(client.sendAsync(put, HttpResponse.BodyHandlers.ofString()));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get().body()).isEqualTo("text " + i);
      }
      assertThat(proxy.traffic().requests()).containsEntry("put", 40L);
    }
  }
}
