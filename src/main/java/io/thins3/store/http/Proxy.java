package io.thins3.store.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A proxy of HTTP.
 *
 * @param host name or address, without the brackets of IPv6
 * @param port 1 to 65535
 * @param authorization the value of Proxy-Authorization, or ""; a secret
 */
public record Proxy(String host, int port, String authorization) {
  /** User name and password with a colon between them; "" when there are none. A secret. */
  public String credentials() {
    return authorization.isEmpty()
        ? ""
        : new String(
            Base64.getDecoder().decode(authorization.substring("Basic ".length())),
            StandardCharsets.UTF_8);
  }

  /** Only names the place: the rest is a secret. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
