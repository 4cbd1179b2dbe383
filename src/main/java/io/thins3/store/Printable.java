package io.thins3.store;

import java.util.Locale;

/** Text from outside, such as keys and servers' messages, made fit for one line of a log. */
final class Printable {
  /** Longest excerpt of a server's message. */
  private static final int LONGEST_MESSAGE = 200;

  private Printable() {}

  /**
   * The text with control characters, line separators, unassigned characters and the backslash
   * written as {@code \xNN} or {@code \x{NNNN}}, so that a key can neither forge a log line nor
   * move a terminal's cursor, and two keys never look alike.
   */
  static String of(String text) {
    StringBuilder result = null;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      boolean plain = isPlain(c);
      if (!plain && result == null) {
        result = new StringBuilder(text.length() + 16).append(text, 0, i);
      }
      if (result != null) {
        if (plain) {
          result.appendCodePoint(c);
        } else {
          result.append(String.format(Locale.ROOT, c < 0x100 ? "\\x%02x" : "\\x{%x}", c));
        }
      }
      i += Character.charCount(c);
    }
    return result == null ? text : result.toString();
  }

  /** A server's message, shortened. */
  static String message(String text) {
    String printable = of(text.strip());
    return printable.length() <= LONGEST_MESSAGE
        ? printable
        : printable.substring(0, LONGEST_MESSAGE) + "…";
  }

  private static boolean isPlain(int c) {
    if (c == '\\') {
      return false;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
