package io.thins3.meta;

import java.util.Arrays;

/**
 * The order of a directory's entries: that of the UTF-8 bytes of {@code name + "/"}, for files too.
 * A file and a directory of one name meet at one place in it, one binary search finds either, and
 * it is the order in which a store lists them, but for a file {@code n}, which the store gives
 * before {@code n-1} where this order has it behind, with {@code n/}.
 */
final class NameOrder {
  private NameOrder() {}

  /** Compares two names in UTF-8, each a range of an array, as if they ended in a slash. */
  static int compare(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    int mismatch = Arrays.mismatch(a, aFrom, aTo, b, bFrom, bTo);
    if (mismatch < 0) {
      return 0;
    }
    int one = aFrom + mismatch < aTo ? a[aFrom + mismatch] & 0xff : '/';
    int other = bFrom + mismatch < bTo ? b[bFrom + mismatch] & 0xff : '/';
    return one - other;
  }

  static int compare(byte[] a, byte[] b) {
    return compare(a, 0, a.length, b, 0, b.length);
  }
}
