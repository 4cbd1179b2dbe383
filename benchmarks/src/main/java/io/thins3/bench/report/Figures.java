package io.thins3.bench.report;

import java.util.Locale;

/** Figures as text: three significant digits, enough for what a spread allows. */
public final class Figures {
  private Figures() {}

  /** A figure. */
  public static String figure(double value) {
    double size = Math.abs(value);
    String format;
    if (size >= 1000) {
      format = "%,.0f";
    } else if (size >= 100) {
      format = "%.0f";
    } else if (size >= 10) {
      format = "%.1f";
    } else if (size >= 1) {
      format = "%.2f";
    } else {
      format = "%.3f";
    }
    return String.format(Locale.ROOT, format, value);
  }

  /** A ratio, with an x behind it. */
  public static String ratio(double value) {
    return String.format(
        Locale.ROOT, value >= 100 ? "%.0fx" : value >= 10 ? "%.1fx" : "%.2fx", value);
  }

  /** Bytes as MiB. */
  public static String mebibytes(double bytes) {
    return String.format(Locale.ROOT, "%.0f", bytes / (1 << 20));
  }
}
