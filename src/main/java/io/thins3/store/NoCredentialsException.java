package io.thins3.store;

/** Thrown through the SDK when nothing offers credentials; the message says what was tried. */
final class NoCredentialsException extends RuntimeException {
  NoCredentialsException(String message, Throwable cause) {
    super(message, cause);
  }
}
