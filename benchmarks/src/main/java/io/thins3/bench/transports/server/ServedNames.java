package io.thins3.bench.transports.server;

import java.util.Locale;

/** What lies where in the file systems that are measured; servers and load agree on it here. */
public final class ServedNames {
  /** A large file whose reads are answered at once. */
  public static final String PROMPT = "prompt";

  /** A large file whose reads are answered late. */
  public static final String LATE = "late";

  /** Size of the large files: more than any step reads. */
  public static final long LARGE_BYTES = 64L << 30;

  /** How many small files the root directory has, for stat. */
  public static final int SMALL_FILES = 1000;

  /** How many equal directories there are: each is listed once, and so is cold. */
  public static final int DIRECTORIES = 4;

  private ServedNames() {}

  /** A small file in the root directory, from 0. */
  public static String small(int index) {
    return String.format(Locale.ROOT, "small-%04d", index);
  }

  /** A directory for listing, from 0. */
  public static String directory(int index) {
    return "listed-" + index;
  }

  /** An entry of such a directory, from 0. */
  public static String entry(int index) {
    return String.format(Locale.ROOT, "entry-%05d", index);
  }
}
