package io.thins3.bench;

import io.thins3.bench.server.Endpoint;
import io.thins3.config.Secret;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The server that a user names, with the keys in the environment. */
final class GivenServer {
  private GivenServer() {}

  /**
   * Checks and completes an address.
   *
   * @param environment where the keys and the region are
   * @throws IllegalArgumentException when something is wrong; the message is for the user
   */
  static Endpoint of(URI uri, Map<String, String> environment) {
    String scheme = uri.getScheme();
    if (scheme == null || !Set.of("http", "https").contains(scheme) || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "--endpoint: '%s' is no address like http://localhost:9000".formatted(uri));
    }
    String path = uri.getPath();
    if (uri.getUserInfo() != null
        || uri.getQuery() != null
        || (path != null && !path.isEmpty() && !path.equals("/"))) {
      throw new IllegalArgumentException(
          "--endpoint: scheme, host and port are all it takes, as in http://localhost:9000");
    }
    if (isSet(environment.get("AWS_SESSION_TOKEN"))) {
      throw new IllegalArgumentException(
          "--endpoint: AWS_SESSION_TOKEN is set, but temporary keys are not supported, because not"
              + " every client takes them: give keys without a token and unset it");
    }
    String accessKey = environment.get("AWS_ACCESS_KEY_ID");
    String secretKey = environment.get("AWS_SECRET_ACCESS_KEY");
    if (accessKey == null || accessKey.isEmpty() || secretKey == null || secretKey.isEmpty()) {
      throw new IllegalArgumentException(
          "--endpoint needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment");
    }
    String named = environment.get("AWS_REGION");
    String region = named == null || named.isEmpty() ? "us-east-1" : named;
    URI server = URI.create(scheme + "://" + uri.getRawAuthority());
    return new Endpoint(server, region, accessKey, Secret.of(secretKey));
  }

  private static boolean isSet(@Nullable String value) {
    return value != null && !value.isEmpty();
  }
}
