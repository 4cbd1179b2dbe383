package io.thins3.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.bench.server.Endpoint;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GivenServerTest {
  private static final Map<String, String> KEYS =
      Map.of("AWS_ACCESS_KEY_ID", "key", "AWS_SECRET_ACCESS_KEY", "secret");

  private static Map<String, String> keysAnd(String name, String value) {
    Map<String, String> environment = new HashMap<>(KEYS);
    environment.put(name, value);
    return environment;
  }

  @Test
  void of_addressWithSlash_isSchemeHostAndPort() {
    Endpoint endpoint = GivenServer.of(URI.create("https://s3.example:9000/"), KEYS);

    assertThat(endpoint.uri()).isEqualTo(URI.create("https://s3.example:9000"));
    assertThat(endpoint.region()).isEqualTo("us-east-1");
    assertThat(endpoint.accessKey()).isEqualTo("key");
  }

  @Test
  void of_regionInTheEnvironment_isTaken() {
    assertThat(GivenServer.of(URI.create("http://h"), keysAnd("AWS_REGION", "eu-west-1")).region())
        .isEqualTo("eu-west-1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:9000",
        "s3.example",
        "ftp://h",
        "http:///bucket",
        "http://h/bucket",
        "http://key:secret@h",
        "http://h?x=y"
      })
  void of_noAddressOfAServer_isRefused(String text) {
    assertThatThrownBy(() -> GivenServer.of(URI.create(text), KEYS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--endpoint: ");
  }

  @Test
  void of_temporaryKeys_areRefused() {
    assertThatThrownBy(
            () -> GivenServer.of(URI.create("http://h"), keysAnd("AWS_SESSION_TOKEN", "t0ken")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("AWS_SESSION_TOKEN")
        .hasMessageNotContaining("t0ken");
  }

  @Test
  void of_noKeys_namesThem() {
    assertThatThrownBy(() -> GivenServer.of(URI.create("http://h"), Map.of()))
        .hasMessageContaining("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
  }
}
