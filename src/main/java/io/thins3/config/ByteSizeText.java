package io.thins3.config;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sizes in bytes as Java's and Kubernetes' users write them: {@code 192m}, {@code 1Gi}, a number.
 */
final class ByteSizeText {
  private static final Pattern SIZE =
      Pattern.compile("([0-9]{1,15})([kmgt]?)(i?b?)", Pattern.CASE_INSENSITIVE);

  private ByteSizeText() {}

  /** The bytes; all units are powers of 1024. */
  static long parse(String text) throws IllegalValueException {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new IllegalValueException(
          Shown.quoted(text) + " is not a size; write for example 192m, 1g or 67108864 (bytes)");
    }
    String unit = size.group(2).toLowerCase(Locale.ROOT);
    int shift = unit.isEmpty() ? 0 : 10 * ("kmgt".indexOf(unit) + 1);
    BigInteger bytes = new BigInteger(size.group(1)).shiftLeft(shift);
    return bytes.min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact();
  }

  /** As {@link #parse} reads it. */
  static String format(long bytes) {
    String units = "kmgt";
    long value = bytes;
    int unit = -1;
    while (value >= 1024 && value % 1024 == 0 && unit < 3) {
      value /= 1024;
      unit++;
    }
    return unit < 0 ? Long.toString(value) : value + units.substring(unit, unit + 1);
  }
}
