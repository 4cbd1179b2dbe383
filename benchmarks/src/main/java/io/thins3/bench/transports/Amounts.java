package io.thins3.bench.transports;

import java.time.Duration;

/**
 * How much work there is.
 *
 * @param name of the scale
 * @param lateBytes read through the page cache, answered late
 * @param directBytes read past the page cache
 * @param warmBytes read before that, not measured
 * @param entries of a directory that is listed
 * @param warm how long stats run before they are measured
 * @param stats how long they are measured
 */
public record Amounts(
    String name,
    long lateBytes,
    long directBytes,
    long warmBytes,
    int entries,
    Duration warm,
    Duration stats) {
  /** How late the late answers are. */
  public static final int LATE_MILLIS = 5;

  private static final long MIB = 1 << 20;

  /** What figures are published from. */
  public static Amounts full() {
    return new Amounts(
        "full",
        1024 * MIB,
        4096 * MIB,
        1024 * MIB,
        10_000,
        Duration.ofSeconds(3),
        Duration.ofSeconds(5));
  }

  /** A first impression. */
  public static Amounts quick() {
    return new Amounts(
        "quick",
        1024 * MIB,
        2048 * MIB,
        1024 * MIB,
        10_000,
        Duration.ofSeconds(2),
        Duration.ofSeconds(3));
  }

  /** For the tests of this program. */
  public static Amounts tiny() {
    return new Amounts(
        "tiny", 2 * MIB, 4 * MIB, MIB, 50, Duration.ofMillis(20), Duration.ofMillis(100));
  }

  /** The scale of that name. */
  public static Amounts named(String name) {
    return switch (name) {
      case "full" -> full();
      case "quick" -> quick();
      case "tiny" -> tiny();
      default -> throw new IllegalArgumentException("no such scale: " + name);
    };
  }
}
