package io.thins3.store;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

/**
 * The times of a listing, {@code 2026-02-03T04:05:06.789Z}. {@link Instant#parse} takes as long as
 * all the rest of an entry's parsing.
 */
final class ListedTime {
  private static final String SHAPE = "0000-00-00T00:00:00";

  private ListedTime() {}

  /**
   * Seconds since 1970, what is beyond cut off.
   *
   * @throws DateTimeException when the text is no time
   */
  static long seconds(String text) {
    if (!isShaped(text)) {
      return Instant.parse(text).getEpochSecond();
    }
    int hour = number(text, 11, 13);
    int minute = number(text, 14, 16);
    int second = number(text, 17, 19);
    if (hour > 23 || minute > 59 || second > 59) {
      return Instant.parse(text).getEpochSecond();
    }
    return LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10)).toEpochDay()
            * 86_400
        + hour * 3600L
        + minute * 60L
        + second;
  }

  /** Whether a text is a time in UTC of four digits of year, with any fraction of a second. */
  private static boolean isShaped(String text) {
    int last = text.length() - 1;
    if (last < SHAPE.length() || text.charAt(last) != 'Z') {
      return false;
    }
    for (int i = 0; i < last; i++) {
      char c = text.charAt(i);
      boolean digit = c >= '0' && c <= '9';
      boolean right =
          i < SHAPE.length()
              ? SHAPE.charAt(i) == '0' ? digit : c == SHAPE.charAt(i)
              : i == SHAPE.length() ? c == '.' && last > i + 1 : digit;
      if (!right) {
        return false;
      }
    }
    return true;
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = 10 * number + text.charAt(i) - '0';
    }
    return number;
  }
}
