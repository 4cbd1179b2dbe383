package io.thins3.store;

import io.thins3.store.http.Origin;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;

/**
 * Where the requests for one bucket go.
 *
 * @param origin the server
 * @param path what comes before a key: "/" or "/bucket/", encoded
 * @param region what they are signed for
 */
record Route(Origin origin, String path, String region) {
  /** A key that no encoding changes. */
  static final String KEY = "k";

  /** The route of a request for {@link #KEY}, or null when the address does not end with it. */
  static @Nullable Route of(@Nullable URI address, String region) {
    if (address == null || !address.getRawPath().endsWith("/" + KEY)) {
      return null;
    }
    String path = address.getRawPath();
    return new Route(Origin.of(address), path.substring(0, path.length() - KEY.length()), region);
  }

  /**
   * Takes the SDK's requests and sends none: what asks the SDK itself where a request would go,
   * with all its rules for partitions, dual stack, FIPS and settings of the environment.
   */
  static final class Recorder implements SdkHttpClient {
    private @Nullable URI address;

    @Nullable URI address() {
      return address;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      address = request.httpRequest().getUri();
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() {
          return HttpExecuteResponse.builder()
              .response(SdkHttpFullResponse.builder().statusCode(200).build())
              .build();
        }

        @Override
        public void abort() {
          // Nothing runs.
        }
      };
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
