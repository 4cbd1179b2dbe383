package io.thins3.bench.workload;

import java.util.Locale;

/** Sizes as people write them. */
public final class Names {
  private Names() {}

  /** For example {@code 128 KiB}; bytes that are no whole unit stay bytes. */
  public static String bytes(long bytes) {
    if (bytes % (1L << 30) == 0) {
      return (bytes >> 30) + " GiB";
    }
    if (bytes % (1L << 20) == 0) {
      return (bytes >> 20) + " MiB";
    }
    if (bytes % (1L << 10) == 0) {
      return (bytes >> 10) + " KiB";
    }
    return bytes + " bytes";
  }

  /** For example {@code 2,000}. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
