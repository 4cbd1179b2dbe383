package io.thins3.fuse;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One {@code -o} option.
 *
 * @param name what is before the equals sign
 * @param value what is behind it; null without one
 */
public record MountOption(String name, @Nullable String value) {
  /** Understands {@code name} or {@code name=value}. */
  public static MountOption parse(String option) {
    int equals = option.indexOf('=');
    return equals < 0
        ? new MountOption(option, null)
        : new MountOption(option.substring(0, equals), option.substring(equals + 1));
  }

  /**
   * Splits {@code a,b=c} as mount(8) does; a comma behind a backslash belongs to a value. Empty
   * options are dropped.
   */
  public static List<MountOption> parseList(String options) {
    List<MountOption> parsed = new ArrayList<>();
    StringBuilder option = new StringBuilder();
    for (int i = 0; i <= options.length(); i++) {
      if (i == options.length() || options.charAt(i) == ',') {
        if (option.length() > 0) {
          parsed.add(parse(option.toString()));
        }
        option.setLength(0);
      } else if (options.startsWith("\\,", i)) {
        option.append(',');
        i++;
      } else {
        option.append(options.charAt(i));
      }
    }
    return parsed;
  }

  /** The option as it is written, without escapes. */
  @Override
  public String toString() {
    return value == null ? name : name + "=" + value;
  }
}
