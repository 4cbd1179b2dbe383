package io.thins3.config;

import io.thins3.config.ValueType.Kind;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The types of the options: each kind of value is read, and refused, in one place. */
final class ValueTypes {
  static final ValueType<Boolean> FLAG = new ValueType<>(Kind.FLAG, "", ValueTypes::flag);
  static final ValueType<URI> ENDPOINT = new ValueType<>(Kind.PLAIN, "URL", ValueTypes::endpoint);
  static final ValueType<String> REGION = new ValueType<>(Kind.PLAIN, "NAME", ValueTypes::region);
  static final ValueType<String> TEXT = new ValueType<>(Kind.PLAIN, "NAME", ValueTypes::text);
  static final ValueType<Path> FILE = new ValueType<>(Kind.FILE, "FILE", ValueTypes::file);
  static final ValueType<Path> DIRECTORY = new ValueType<>(Kind.FILE, "DIR", ValueTypes::file);
  static final ValueType<Secret> SECRET = new ValueType<>(Kind.SECRET, "VALUE", ValueTypes::secret);
  static final ValueType<Integer> MODE = new ValueType<>(Kind.PLAIN, "MODE", ValueTypes::mode);
  static final ValueType<Integer> OWNER = new ValueType<>(Kind.PLAIN, "ID", ValueTypes::owner);
  static final ValueType<List<String>> LIST =
      new ValueType<>(Kind.PLAIN, "OPT[,OPT...]", ValueTypes::list);

  private static final Pattern REGION_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern MODE_DIGITS = Pattern.compile("0?[0-7]{1,3}");
  private static final Pattern COUNT_DIGITS = Pattern.compile("[0-9]{1,9}");
  private static final Pattern OWNER_DIGITS = Pattern.compile("[0-9]{1,10}");
  private static final long LARGEST_OWNER = 0xffff_fffeL; // -1 means "no change" to chown(2)

  private ValueTypes() {}

  /** A duration from {@code least} to {@code most}. */
  static ValueType<Duration> duration(Duration least, Duration most) {
    return new ValueType<>(
        Kind.PLAIN,
        "DURATION",
        text -> {
          Duration value = DurationText.parse(text);
          if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalValueException(
                Shown.quoted(text)
                    + " is out of range; it must be from "
                    + DurationText.format(least)
                    + " to "
                    + DurationText.format(most));
          }
          return value;
        });
  }

  /** A number from {@code least} to {@code most}, of at most nine digits. */
  static ValueType<Integer> count(int least, int most) {
    return new ValueType<>(
        Kind.PLAIN,
        "NUMBER",
        text -> {
          if (COUNT_DIGITS.matcher(text).matches()) {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
              return value;
            }
          }
          throw new IllegalValueException(
              Shown.quoted(text) + " is not a number from " + least + " to " + most);
        });
  }

  /** A size of {@code least} bytes or more. */
  static ValueType<Long> bytes(long least) {
    return new ValueType<>(
        Kind.PLAIN,
        "SIZE",
        text -> {
          long value = ByteSizeText.parse(text);
          if (value < least) {
            throw new IllegalValueException(
                Shown.quoted(text)
                    + " is too small; it must be at least "
                    + ByteSizeText.format(least));
          }
          return value;
        });
  }

  /** One of an enum's words, in lower case. */
  static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
    E[] constants = type.getEnumConstants();
    String words =
        Arrays.stream(constants)
            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining("|"));
    return new ValueType<>(
        Kind.PLAIN,
        words,
        text -> {
          for (E constant : constants) {
            if (constant.name().equalsIgnoreCase(text)) {
              return constant;
            }
          }
          throw new IllegalValueException(
              Shown.quoted(text) + " is not known; write " + words.replace("|", ", "));
        });
  }

  private static Boolean flag(String text) throws IllegalValueException {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "", "true", "1", "yes", "on" -> true;
      case "false", "0", "no", "off" -> false;
      default -> throw new IllegalValueException(Shown.quoted(text) + " is neither true nor false");
    };
  }

  private static URI endpoint(String text) throws IllegalValueException {
    String lower = text.toLowerCase(Locale.ROOT);
    if (!lower.startsWith("http://") && !lower.startsWith("https://")) {
      if (text.contains("://")) {
        throw new IllegalValueException(
            Shown.quoted(text) + " does not begin with http:// or https://");
      }
      throw new IllegalValueException(
          Shown.quoted(text)
              + " has no scheme; write http://"
              + Shown.plain(text)
              + " or https://"
              + Shown.plain(text));
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalValueException(Shown.quoted(text) + " is not a URL");
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalValueException(
          Shown.quoted(text) + " holds a user name; credentials have options of their own");
    }
    if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65_535) {
      throw new IllegalValueException(
          Shown.quoted(text) + " has no valid host and port; write for example http://minio:9000");
    }
    String path = uri.getRawPath();
    if ((path != null && !path.isEmpty() && !path.equals("/"))
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null) {
      throw new IllegalValueException(
          Shown.quoted(text)
              + " has more than scheme, host and port; the bucket goes into the mount's name");
    }
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return URI.create(uri.getScheme().toLowerCase(Locale.ROOT) + "://" + uri.getHost() + port);
  }

  private static String region(String text) throws IllegalValueException {
    if (!REGION_NAME.matcher(text).matches()) {
      throw new IllegalValueException(
          Shown.quoted(text) + " is not a region; write for example us-east-1");
    }
    return text;
  }

  private static String text(String text) throws IllegalValueException {
    if (text.isBlank() || !Shown.escaped(text).equals(text)) {
      throw new IllegalValueException(Shown.quoted(text) + " is empty or has control characters");
    }
    return text;
  }

  private static Path file(String text) throws IllegalValueException {
    if (text.isEmpty()) {
      throw new IllegalValueException("the path is empty");
    }
    try {
      return Path.of(text).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new IllegalValueException(Shown.quoted(text) + " is not a path");
    }
  }

  private static Secret secret(String text) throws IllegalValueException {
    if (text.isBlank()) {
      throw new IllegalValueException("the value is empty");
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalValueException(
          "the value has a line end or a control character inside; it must be one line");
    }
    return Secret.of(text);
  }

  private static Integer mode(String text) throws IllegalValueException {
    String digits = text.startsWith("0o") ? text.substring(2) : text;
    if (!MODE_DIGITS.matcher(digits).matches()) {
      throw new IllegalValueException(
          Shown.quoted(text) + " is not a mode; write it in octal, from 0 to 0777");
    }
    return Integer.parseInt(digits, 8);
  }

  private static Integer owner(String text) throws IllegalValueException {
    if (!OWNER_DIGITS.matcher(text).matches() || Long.parseLong(text) > LARGEST_OWNER) {
      throw new IllegalValueException(
          Shown.quoted(text) + " is not an id; write a number from 0 to " + LARGEST_OWNER);
    }
    return Integer.parseUnsignedInt(text);
  }

  private static List<String> list(String text) throws IllegalValueException {
    if (!Shown.escaped(text).equals(text)) {
      throw new IllegalValueException(Shown.quoted(text) + " has control characters");
    }
    List<String> parts = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (!part.isBlank()) {
        parts.add(part.strip());
      }
    }
    return List.copyOf(parts);
  }
}
