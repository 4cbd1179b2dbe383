package io.thins3.bench.workload;

import java.io.IOException;
import java.util.Locale;

/** A program said it succeeded, but what it did is not what was asked. */
public final class WrongResult extends IOException {
  /** With a message for the report. */
  public WrongResult(String message) {
    super(message);
  }

  /** Two numbers must be the same. */
  public static void check(String what, long expected, long actual) throws WrongResult {
    if (expected != actual) {
      throw new WrongResult(
          String.format(Locale.ROOT, "%s: %,d instead of %,d", what, actual, expected));
    }
  }
}
