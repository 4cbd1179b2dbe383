package io.thins3.fluid;

import io.thins3.config.ExitCode;
import io.thins3.config.OptionValue;
import io.thins3.config.Shown;
import io.thins3.config.UserException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells values from paths of secrets. Fluid mounts a Secret as a directory below /etc/fluid/secrets
 * and writes the path into config.json; with its other storage it writes the value itself, and a
 * secret key may begin with "/". So only that directory makes a value a path. Immutable.
 */
final class SecretPaths {
  /** Where Fluid mounts secrets. */
  static final Path FLUID = Path.of("/etc/fluid/secrets");

  private final Path root;

  /** Creates one that reads secrets below {@code root} in place of Fluid's directory. */
  SecretPaths(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /** The values of a map of options. */
  Map<String, OptionValue> ofOptions(Map<String, String> options, String place)
      throws UserException {
    Map<String, OptionValue> values = new LinkedHashMap<>();
    for (Map.Entry<String, String> option : options.entrySet()) {
      values.put(option.getKey(), of(place + "." + option.getKey(), option.getValue()));
    }
    return values;
  }

  /** The values of a map whose values are all paths. */
  Map<String, OptionValue> ofPaths(Map<String, String> options, String place) throws UserException {
    Map<String, OptionValue> values = new LinkedHashMap<>();
    for (Map.Entry<String, String> option : options.entrySet()) {
      String label = place + "." + option.getKey();
      OptionValue value = of(label, option.getValue());
      if (value instanceof OptionValue.Literal) {
        Path path = path(label, option.getValue());
        if (!path.isAbsolute()) {
          throw new UserException(
              ExitCode.CONFIG, Shown.plain(label) + " must be the absolute path of a file");
        }
        value = new OptionValue.FileContent(path);
      }
      values.put(option.getKey(), value);
    }
    return values;
  }

  private OptionValue of(String label, String value) throws UserException {
    for (Path directory : new Path[] {FLUID, root}) {
      if (value.startsWith(directory + "/")) {
        Path file = path(label, value).normalize();
        if (!file.startsWith(directory)) {
          throw new UserException(
              ExitCode.CONFIG,
              Shown.plain(label) + ": " + Shown.quoted(value) + " leaves the secrets' directory");
        }
        return new OptionValue.FileContent(root.resolve(directory.relativize(file)));
      }
    }
    return new OptionValue.Literal(value);
  }

  private static Path path(String label, String value) throws UserException {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      // Not shown: where a path is expected a secret may stand.
      throw new UserException(ExitCode.CONFIG, Shown.plain(label) + ": the value is not a path");
    }
  }
}
