package io.thins3.store;

/** The order in which S3 lists keys: that of their UTF-8 bytes, which is not that of Strings. */
public final class KeyOrder {
  private KeyOrder() {}

  /** Negative, 0 or positive, as a key comes before, is, or comes after another one. */
  public static int compare(String one, String other) {
    int shorter = Math.min(one.length(), other.length());
    for (int i = 0; i < shorter; i++) {
      char a = one.charAt(i);
      char b = other.charAt(i);
      if (a != b) {
        // Code points above U+FFFF are the largest, but the surrogates that they are written with
        // are not the largest chars.
        return Character.isSurrogate(a) == Character.isSurrogate(b)
            ? Character.compare(a, b)
            : Character.isSurrogate(a) ? 1 : -1;
      }
    }
    return Integer.compare(one.length(), other.length());
  }
}
