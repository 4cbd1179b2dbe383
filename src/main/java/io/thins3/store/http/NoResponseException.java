package io.thins3.store.http;

import java.io.IOException;

/** The connection ended before a byte of the answer came. */
public final class NoResponseException extends IOException {
  private static final long serialVersionUID = 1;

  NoResponseException(Throwable cause) {
    super("the connection was closed without an answer", cause);
  }
}
