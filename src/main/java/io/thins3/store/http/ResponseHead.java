package io.thins3.store.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Status line and header fields of an answer, and what they say about its body (RFC 9112, section
 * 6). Strict where two readers could see two different ends of the body.
 *
 * @param status 100 to 599
 * @param length of Content-Length, or -1
 * @param chunked whether the body is in chunks
 * @param keepAlive whether another request may follow on the connection
 */
record ResponseHead(int status, Headers headers, long length, boolean chunked, boolean keepAlive) {
  private static final int MOST_FIELDS = 200;

  /** Reads one. */
  static ResponseHead read(Input input) throws IOException {
    String statusLine = input.line();
    int status = status(statusLine);
    Headers headers = headers(input);
    boolean chunked = isChunked(headers);
    long length = chunked ? -1 : length(headers);
    return new ResponseHead(
        status, headers, length, chunked, isKeptAlive(statusLine, headers, chunked));
  }

  /** Reads fields up to the empty line; of chunked bodies those that follow them. */
  static Headers headers(Input input) throws IOException {
    Headers headers = new Headers();
    int count = 0;
    for (String line = input.line(); !line.isEmpty(); line = input.line()) {
      int colon = line.indexOf(':');
      if (colon <= 0 || line.charAt(colon - 1) == ' ' || line.charAt(0) == ' ') {
        throw new HttpProtocolException("a header field of the answer has no name");
      }
      if (++count > MOST_FIELDS) {
        throw new HttpProtocolException("the answer has over " + MOST_FIELDS + " header fields");
      }
      headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return headers;
  }

  private static int status(String line) throws HttpProtocolException {
    if (line.startsWith("HTTP/1.")
        && line.length() >= 12
        && line.charAt(8) == ' '
        && (line.length() == 12 || line.charAt(12) == ' ')) {
      int status = 0;
      for (int i = 9; i < 12; i++) {
        int digit = line.charAt(i) - '0';
        status = digit < 0 || digit > 9 ? -1000 : 10 * status + digit;
      }
      if (status >= 100 && status <= 599) {
        return status;
      }
    }
    throw new HttpProtocolException("the answer does not begin as HTTP/1.1");
  }

  private static boolean isChunked(Headers headers) throws HttpProtocolException {
    String coding = headers.first("Transfer-Encoding");
    if (coding == null) {
      return false;
    }
    if (!coding.equalsIgnoreCase("chunked")) {
      throw new HttpProtocolException("the answer has a transfer coding that was not asked for");
    }
    return true;
  }

  private static long length(Headers headers) throws HttpProtocolException {
    String[] found = new String[1];
    boolean[] differ = new boolean[1];
    headers.forEach(
        (name, value) -> {
          if (name.length() == 14 && name.equalsIgnoreCase("Content-Length")) {
            differ[0] |= found[0] != null && !found[0].equals(value);
            found[0] = value;
          }
        });
    String digits = found[0];
    if (digits == null) {
      return -1;
    }
    if (differ[0] || !isNumber(digits)) {
      throw new HttpProtocolException("the answer's Content-Length is no number");
    }
    return Long.parseLong(digits);
  }

  private static boolean isNumber(String digits) {
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
        return false;
      }
    }
    return !digits.isEmpty() && digits.length() <= 18;
  }

  private static boolean isKeptAlive(String statusLine, Headers headers, boolean chunked) {
    // Length and chunks together are how requests are smuggled: nothing may follow.
    if (chunked && headers.contains("Content-Length")) {
      return false;
    }
    @Nullable String connection = headers.first("Connection");
    return statusLine.startsWith("HTTP/1.0")
        ? "keep-alive".equalsIgnoreCase(connection)
        : !"close".equalsIgnoreCase(connection);
  }
}
