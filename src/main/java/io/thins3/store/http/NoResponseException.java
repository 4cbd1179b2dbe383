package io.thins3.store.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The connection ended before a byte of the answer came. */
public final class NoResponseException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * Creates one.
   *
   * @param cause the failure of the connection; null: it ended without one
   */
  NoResponseException(@Nullable Throwable cause) {
    super("the connection was closed without an answer", cause);
  }
}
