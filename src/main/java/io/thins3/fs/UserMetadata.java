package io.thins3.fs;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Attributes of any bytes as user metadata, which is header fields, and back (docs/SEMANTICS.md,
 * Extended attributes). What is plain stays readable by other programs.
 *
 * <p>Names: small letters, digits, {@code . _ -} as they are, other bytes of UTF-8 as {@code %xx}:
 * stores lose the case of names. Values: printable ASCII as it is, unless spaces would be trimmed
 * or joined on the way; else an encoded word of RFC 2047, which is what stores make of UTF-8
 * anyway, with the charset {@code binary} for what is not UTF-8.
 */
final class UserMetadata {
  /** One word; stores break long ones into several. */
  private static final Pattern WORD =
      Pattern.compile("=\\?([A-Za-z0-9-]+)(?:\\*[^?]*)?\\?([BbQq])\\?([^? ]*)\\?=");

  private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");

  private UserMetadata() {}

  /** The name of a header field, without its prefix. */
  static String name(String attribute) {
    StringBuilder name = new StringBuilder(attribute.length());
    for (byte b : attribute.getBytes(StandardCharsets.UTF_8)) {
      if ((b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '.' || b == '_' || b == '-') {
        name.append((char) b);
      } else {
        name.append('%').append(HexFormat.of().toHexDigits(b));
      }
    }
    return name.toString();
  }

  /** The attribute's name; what other programs wrote in no such way, as it is. */
  static String attribute(String name) {
    if (name.indexOf('%') < 0) {
      return name;
    }
    Matcher matcher = ESCAPE.matcher(name);
    StringBuilder bytes = new StringBuilder();
    while (matcher.find()) {
      char b = (char) Integer.parseInt(matcher.group(1), 16);
      matcher.appendReplacement(bytes, Matcher.quoteReplacement(String.valueOf(b)));
    }
    matcher.appendTail(bytes);
    String decoded = utf8(bytes.toString().getBytes(StandardCharsets.ISO_8859_1));
    return decoded == null || decoded.indexOf('\0') >= 0 ? name : decoded;
  }

  /** The value of a header field. */
  static String value(byte[] value) {
    String text = new String(value, StandardCharsets.ISO_8859_1);
    if (isPlain(text)) {
      return text;
    }
    return "=?"
        + (utf8(value) == null ? "binary" : "UTF-8")
        + "?B?"
        + Base64.getEncoder().encodeToString(value)
        + "?=";
  }

  private static boolean isPlain(String text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> c >= ' ' && c <= '~')
        && text.charAt(0) != ' '
        && text.charAt(text.length() - 1) != ' '
        && !text.contains("  ")
        && !text.contains("=?");
  }

  /**
   * The value of a header field as it is to be sent again: encoded, if it came with other bytes.
   */
  static String again(String value) {
    return value.chars().allMatch(c -> c >= ' ' && c <= '~') ? value : value(bytes(value));
  }

  /** The attribute's value. What is not made of encoded words alone is taken as it is. */
  static byte[] bytes(String value) {
    byte[] raw = value.getBytes(StandardCharsets.ISO_8859_1);
    if (!value.startsWith("=?")) {
      return raw;
    }
    ByteBuffer bytes = ByteBuffer.allocate(raw.length);
    int end = 0;
    for (Matcher word = WORD.matcher(value); end < value.length(); end = word.end()) {
      if (!word.find(end) || !value.substring(end, word.start()).isBlank()) {
        return raw;
      }
      byte[] decoded = decoded(word.group(1), word.group(2), word.group(3));
      if (decoded == null) {
        return raw;
      }
      bytes.put(decoded);
    }
    byte[] all = new byte[bytes.position()];
    bytes.get(0, all);
    return all;
  }

  /** Null for what is not encoded rightly, or in a charset whose bytes are no attribute's. */
  private static byte @Nullable [] decoded(String charset, String encoding, String text) {
    switch (charset.toLowerCase(Locale.ROOT)) {
      case "utf-8", "us-ascii", "binary" -> {}
      default -> {
        return null;
      }
    }
    if (encoding.equalsIgnoreCase("B")) {
      try {
        return Base64.getDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        return null; // not Base64: some other program's text
      }
    }
    ByteBuffer bytes = ByteBuffer.allocate(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '=') {
        if (i + 2 >= text.length()
            || Character.digit(text.charAt(i + 1), 16) < 0
            || Character.digit(text.charAt(i + 2), 16) < 0) {
          return null;
        }
        bytes.put((byte) Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.put((byte) (c == '_' ? ' ' : c));
      }
    }
    byte[] all = new byte[bytes.position()];
    bytes.get(0, all);
    return all;
  }

  private static @Nullable String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
