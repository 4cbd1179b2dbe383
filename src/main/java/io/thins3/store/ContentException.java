package io.thins3.store;

/**
 * What is to be uploaded cannot be had here. Not an IOException: those of an upload are the
 * network's, and sending again helps.
 */
final class ContentException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ContentException(String message, Throwable cause) {
    super(message, cause);
  }

  ContentException(String message) {
    super(message);
  }
}
