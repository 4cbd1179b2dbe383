package io.thins3.store.http;

import java.io.InterruptedIOException;

/** All connections were in use for too long. */
public final class PoolTimeoutException extends InterruptedIOException {
  private static final long serialVersionUID = 1;

  /**
   * Creates one.
   *
   * @param connections how many there are
   */
  public PoolTimeoutException(int connections) {
    super("all " + connections + " connections are in use");
  }
}
