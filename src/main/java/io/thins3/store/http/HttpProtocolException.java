package io.thins3.store.http;

import java.io.IOException;

/** The answer is not HTTP/1.1, or contradicts itself. The connection is of no further use. */
public final class HttpProtocolException extends IOException {
  private static final long serialVersionUID = 1;

  HttpProtocolException(String message) {
    super(message);
  }
}
