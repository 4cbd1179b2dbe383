package io.thins3.store;

import io.thins3.store.http.Origin;
import java.net.URI;
import org.jspecify.annotations.Nullable;

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
  static @Nullable Route of(URI address, String region) {
    if (!address.getRawPath().endsWith("/" + KEY)) {
      return null;
    }
    String path = address.getRawPath();
    return new Route(Origin.of(address), path.substring(0, path.length() - KEY.length()), region);
  }
}
