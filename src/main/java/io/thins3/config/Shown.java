package io.thins3.config;

import java.util.regex.Pattern;

/**
 * Foreign text made fit for a message or a log line: one line, of bounded length, and without what
 * a URI may carry as a password. The only place that knows how.
 */
public final class Shown {
  private static final int LONGEST = 200;

  /** All up to the last @, because a password may hold a slash or an @ itself. */
  private static final Pattern USER_INFO = Pattern.compile("(?s)(://|^(?=[^/]*:(?!//))).*@");

  private Shown() {}

  /** The text in single quotes, shortened, with control characters escaped. */
  public static String quoted(String text) {
    return "'" + plain(text) + "'";
  }

  /** The text shortened, with control characters escaped. */
  public static String plain(String text) {
    String safe = text.indexOf('@') < 0 ? text : USER_INFO.matcher(text).replaceAll("$1***@");
    return safe.length() <= LONGEST
        ? escaped(safe)
        : escaped(safe.substring(0, LONGEST)) + "... (" + text.length() + " characters)";
  }

  /**
   * Replaces everything that could begin a new line, move a terminal's cursor or turn its writing
   * direction by a backslash sequence. Unpaired surrogates too: they cannot be encoded.
   */
  public static String escaped(String text) {
    int i = 0;
    while (i < text.length() && isHarmless(text, i)) {
      i++;
    }
    if (i == text.length()) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, i);
    for (; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isHarmless(text, i)) {
        out.append(c);
      } else {
        switch (c) {
          case '\n' -> out.append("\\n");
          case '\r' -> out.append("\\r");
          case '\t' -> out.append("\\t");
          default -> out.append(String.format("\\u%04x", (int) c));
        }
      }
    }
    return out.toString();
  }

  private static boolean isHarmless(String text, int index) {
    char c = text.charAt(index);
    if (c >= ' ' && c < 0x7f) {
      return true;
    }
    if (Character.isHighSurrogate(c)) {
      return index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
    }
    int type = Character.getType(c);
    return type != Character.CONTROL
        && type != Character.FORMAT
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR;
  }
}
