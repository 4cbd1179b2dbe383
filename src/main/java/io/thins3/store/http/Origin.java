package io.thins3.store.http;

import java.net.URI;
import java.util.Locale;

/**
 * Where a request goes: what connections can be shared for.
 *
 * @param tls whether over TLS
 * @param host name or address, without the brackets of IPv6
 * @param port 1 to 65535
 */
public record Origin(boolean tls, String host, int port) {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /** Checks the ranges. */
  public Origin {
    if (host.isEmpty() || port < 1 || port > 65535) {
      throw new IllegalArgumentException("origin '" + host + "', port " + port);
    }
  }

  /** The origin of an http or https address; the scheme's port where it names none. */
  public static Origin of(URI address) {
    return of(address.getScheme(), address.getHost(), address.getPort());
  }

  /** The origin of these parts of an address; a port below 1 is the scheme's. */
  public static Origin of(String scheme, String host, int port) {
    boolean tls =
        switch (scheme.toLowerCase(Locale.ROOT)) {
          case "http" -> false;
          case "https" -> true;
          default -> throw new IllegalArgumentException("scheme " + scheme);
        };
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return new Origin(tls, bare, port > 0 ? port : tls ? HTTPS_PORT : HTTP_PORT);
  }

  /** The value of the header Host: without the port where it is the scheme's. */
  public String hostHeader() {
    return port == (tls ? HTTPS_PORT : HTTP_PORT) ? bracketed() : bracketed() + ":" + port;
  }

  /** Host and port, always with the port. */
  String authority() {
    return bracketed() + ":" + port;
  }

  private String bracketed() {
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }

  @Override
  public String toString() {
    return (tls ? "https://" : "http://") + hostHeader();
  }
}
