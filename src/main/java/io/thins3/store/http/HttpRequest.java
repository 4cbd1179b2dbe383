package io.thins3.store.http;

import java.nio.charset.StandardCharsets;

/**
 * A request. Immutable once it is sent.
 *
 * @param origin where it goes
 * @param method such as GET
 * @param target path and query, encoded
 * @param headers all but Host, Content-Length, Transfer-Encoding and Connection
 * @param body the body, {@link RequestBody#none} for none
 */
public record HttpRequest(
    Origin origin, String method, String target, Headers headers, RequestBody body) {
  /** Checks what would break the message apart. */
  public HttpRequest {
    check(method, true);
    check(target, true);
    headers.forEach(
        (name, value) -> {
          check(name, true);
          check(value, false);
        });
  }

  /**
   * Whether it may be sent again, unseen by the caller, when nobody knows what became of it. What
   * was done twice must be as if it was done once, and be answered so: a condition that the first
   * request has made false refuses the second one, and the caller must know why. A POST does
   * anything.
   */
  boolean isSafe() {
    return switch (method) {
      case "GET", "HEAD", "DELETE" -> true;
      case "PUT" -> !headers.contains("If-Match") && !headers.contains("If-None-Match");
      default -> false;
    };
  }

  boolean expectsContinue() {
    return body.length() > 0 && "100-continue".equalsIgnoreCase(headers.first("Expect"));
  }

  /**
   * Request line and headers.
   *
   * @param absolute whether the target names the origin, as a proxy demands it
   * @param proxyAuthorization for that proxy, or ""
   */
  byte[] head(boolean absolute, String proxyAuthorization) {
    StringBuilder head = new StringBuilder(512);
    head.append(method).append(' ');
    if (absolute) {
      head.append(origin);
    }
    head.append(target).append(" HTTP/1.1\r\nHost: ").append(origin.hostHeader()).append("\r\n");
    headers.forEach(
        (name, value) -> {
          if (!isOurs(name)) {
            head.append(name).append(": ").append(value).append("\r\n");
          }
        });
    if (body.length() > 0 || method.equals("PUT") || method.equals("POST")) {
      head.append("Content-Length: ").append(body.length()).append("\r\n");
    }
    if (!proxyAuthorization.isEmpty()) {
      head.append("Proxy-Authorization: ").append(proxyAuthorization).append("\r\n");
    }
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Fields that say how the message is framed and where it goes. */
  private boolean isOurs(String name) {
    return switch (name.length()) {
      case 4 -> name.equalsIgnoreCase("Host");
      case 6 -> name.equalsIgnoreCase("Expect") && !expectsContinue();
      case 10 -> name.equalsIgnoreCase("Connection");
      case 14 -> name.equalsIgnoreCase("Content-Length");
      case 17 -> name.equalsIgnoreCase("Transfer-Encoding");
      default -> false;
    };
  }

  private static void check(String text, boolean token) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > 255 || c == 127 || (c < ' ' && c != '\t') || (token && c == ' ')) {
        // The text itself stays out of the message: it may be a credential.
        throw new IllegalArgumentException("character " + (int) c + " in a request's head");
      }
    }
  }

  /** Without headers: they hold the signature. */
  @Override
  public String toString() {
    return method + " " + origin + target;
  }
}
