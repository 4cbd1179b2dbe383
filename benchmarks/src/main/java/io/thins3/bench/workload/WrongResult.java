package io.thins3.bench.workload;

import java.io.IOException;
import java.util.Locale;

/** A program said it succeeded, but what it did is not what was asked. */
final class WrongResult extends IOException {
  WrongResult(String message) {
    super(message);
  }

  static void check(String what, long expected, long actual) throws WrongResult {
    if (expected != actual) {
      throw new WrongResult(
          String.format(Locale.ROOT, "%s: %,d instead of %,d", what, actual, expected));
    }
  }
}
