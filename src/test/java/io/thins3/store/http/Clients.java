package io.thins3.store.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.time.Duration;

/** What the tests of this package share. */
final class Clients {
  static final Duration LONG = Duration.ofSeconds(60);

  /** Short enough for a test that waits for it, long enough for a busy machine to answer within. */
  static final Duration SHORT = Duration.ofMillis(400);

  private Clients() {}

  static HttpClient patient() {
    return client(HttpLimits.of(LONG, LONG, 8));
  }

  static HttpClient client(HttpLimits limits) {
    return new HttpClient(limits, ProxySettings.none(), TlsSettings.ofRuntime(), "test-client");
  }

  static HttpLimits limits(Duration connect, Duration firstByte, Duration stall) {
    return new HttpLimits(connect, firstByte, stall, LONG, 8, HttpLimits.IDLE, HttpLimits.LIFETIME);
  }

  static HttpRequest get(Origin origin) {
    return request(origin, "GET", RequestBody.none());
  }

  static HttpRequest request(Origin origin, String method, RequestBody body) {
    return new HttpRequest(origin, method, "/", new Headers(), body);
  }

  static String text(HttpResponse response) throws IOException {
    return new String(response.body().asStream().readAllBytes(), ISO_8859_1);
  }
}
