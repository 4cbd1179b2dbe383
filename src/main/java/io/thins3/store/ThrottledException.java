package io.thins3.store;

import java.io.InterruptedIOException;

/** The store takes so few requests at a time that the turn of this one did not come. */
final class ThrottledException extends InterruptedIOException {
  private static final long serialVersionUID = 1;

  /**
   * Creates one.
   *
   * @param limit requests at a time
   */
  ThrottledException(int limit) {
    super("the store refuses more than about " + limit + " requests at a time");
  }
}
