package io.thins3.config;

/**
 * A value that cannot be understood. The message says why and what to write instead; the place the
 * value came from is put in front by the code that knows it.
 */
public final class IllegalValueException extends Exception {
  /** Creates one; the message shows the value unless it is a secret. */
  public IllegalValueException(String message) {
    super(message);
  }
}
