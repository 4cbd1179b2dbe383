package io.thins3.ops;

import org.jspecify.annotations.Nullable;

/** A request that is refused; the message is one line for the user who asked. */
public final class ControlException extends Exception {
  /** Creates one. */
  public ControlException(String message) {
    this(message, null);
  }

  /** Creates one with the failure behind it. */
  public ControlException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
