package io.thins3.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as goofys' users write them (Go's {@code time.ParseDuration}: {@code 1m30s}, {@code
 * 1.5h}, {@code 250ms}), as plain seconds, or {@code indefinite}.
 */
public final class DurationText {
  /**
   * "Never ends": a hundred years. Not {@link Duration#ofSeconds(long)} of the largest number,
   * because this one can still be added to a clock's nanoseconds.
   */
  public static final Duration INDEFINITE = Duration.ofDays(36_500);

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}(\\.[0-9]{1,9})?");
  private static final Pattern PART =
      Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,9})?)(ns|us|µs|μs|ms|s|m|h)");

  private DurationText() {}

  static Duration parse(String text) throws IllegalValueException {
    if (text.equals("indefinite")) {
      return INDEFINITE;
    }
    BigDecimal nanos;
    if (SECONDS.matcher(text).matches()) {
      nanos = new BigDecimal(text).multiply(nanosOf("s"));
    } else {
      nanos = BigDecimal.ZERO;
      Matcher part = PART.matcher(text);
      int end = 0;
      while (part.lookingAt()) {
        nanos = nanos.add(new BigDecimal(part.group(1)).multiply(nanosOf(part.group(2))));
        end = part.end();
        part.region(end, text.length());
      }
      if (end == 0 || end != text.length()) {
        throw new IllegalValueException(
            Shown.quoted(text)
                + " is not a duration; write for example 30s, 1m30s, 250ms, 90 (seconds) or"
                + " indefinite");
      }
    }
    BigDecimal longest = BigDecimal.valueOf(INDEFINITE.toNanos());
    return Duration.ofNanos(nanos.min(longest).setScale(0, RoundingMode.CEILING).longValueExact());
  }

  private static BigDecimal nanosOf(String unit) {
    return BigDecimal.valueOf(
        switch (unit) {
          case "ns" -> 1L;
          case "us", "µs", "μs" -> 1_000L;
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          default -> throw new IllegalArgumentException(unit);
        });
  }

  /** The shortest text that {@link #parse} reads as this duration, for messages. */
  static String format(Duration duration) {
    if (duration.equals(INDEFINITE)) {
      return "indefinite";
    }
    if (duration.toMillisPart() != 0) {
      return duration.toMillis() + "ms";
    }
    long seconds = duration.toSeconds();
    if (seconds != 0 && seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds + "s";
  }
}
