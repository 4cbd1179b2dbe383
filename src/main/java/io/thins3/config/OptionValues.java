package io.thins3.config;

import io.thins3.config.OptionLayer.Given;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of several sources, one above the other: the highest that gives an option decides.
 * Values are read when they are asked for. Not thread-safe, because of the warnings.
 */
public final class OptionValues {
  private final List<OptionLayer> layers;
  private final Warnings warnings;

  /** Creates one from the layers, the highest first. */
  public OptionValues(List<OptionLayer> layers, Warnings warnings) {
    this.layers = List.copyOf(layers);
    this.warnings = warnings;
  }

  /** The value, or the option's default; only for options that have one. */
  public <T> T get(Option<T> option) throws UserException {
    T value = find(option);
    if (value != null) {
      return value;
    }
    T fallback = option.defaultValue();
    if (fallback == null) {
      throw new IllegalStateException(option + " has no default");
    }
    return fallback;
  }

  /** The value if one was given; null otherwise, whatever the default. */
  public <T> @Nullable T find(Option<T> option) throws UserException {
    Comparator<? super T> order = option.order();
    for (OptionLayer layer : layers) {
      List<Given> found = layer.find(option);
      if (found.isEmpty()) {
        continue;
      }
      T value = parse(option, found.get(0));
      if (order == null) {
        warnOfOthers(found, option.name());
        return value;
      }
      for (Given other : found.subList(1, found.size())) {
        T next = parse(option, other);
        value = order.compare(next, value) < 0 ? next : value;
      }
      return value;
    }
    return null;
  }

  /**
   * The mount options of all layers, the lowest layer first: those that maps give as keys of their
   * own, and those of a list.
   */
  List<String> kernelOptions(List<String> names, Option<List<String>> list) throws UserException {
    List<String> all = new ArrayList<>();
    for (int i = layers.size() - 1; i >= 0; i--) {
      for (Given given : layers.get(i).kernelOptions(names)) {
        String text = text(given);
        switch (text) {
          case "", "true", "1" -> all.add(given.label());
          case "false", "0" -> {}
          default -> all.addAll(parse(list, withText(given, given.label() + "=" + text)));
        }
      }
      for (Given given : layers.get(i).find(list)) {
        all.addAll(parse(list, given));
      }
    }
    return all;
  }

  /**
   * A credential, which is either a value or the path of a file with it; null: not given.
   *
   * @param value the option that gives it directly
   * @param file the option that names a file
   */
  @Nullable Credential findCredential(Option<Secret> value, Option<Path> file)
      throws UserException {
    for (OptionLayer layer : layers) {
      List<Given> found = new ArrayList<>(layer.find(value));
      int direct = found.size();
      found.addAll(layer.find(file));
      if (!found.isEmpty()) {
        warnOfOthers(found, value.name());
        Given given = found.get(0);
        if (direct == 0) {
          Path path = parse(file, given);
          return new Credential(given.label(), path, readSecret(value, given, path));
        }
        return given.value() instanceof OptionValue.FileContent content
            ? new Credential(
                given.label(), content.file(), readSecret(value, given, content.file()))
            : new Credential(given.label(), null, parse(value, given));
      }
    }
    return null;
  }

  /** A credential and, when it came from a file, that file. */
  record Credential(String label, @Nullable Path file, Secret value) {}

  private static Secret readSecret(Option<Secret> option, Given given, Path file)
      throws UserException {
    String text = SecretFile.read(given.label(), file).reveal();
    try {
      return option.type().parse(text);
    } catch (IllegalValueException e) {
      throw new UserException(
          ExitCode.CREDENTIALS,
          given.label() + ": the file " + Shown.plain(file.toString()) + ": " + e.getMessage(),
          e);
    }
  }

  private void warnOfOthers(List<Given> found, String name) {
    for (Given other : found.subList(1, found.size())) {
      warnings.add(
          "%s is ignored: %s gives %s already"
              .formatted(Shown.plain(other.label()), Shown.plain(found.get(0).label()), name));
    }
  }

  private static <T> T parse(Option<T> option, Given given) throws UserException {
    try {
      if (option.type().isFile() && given.value() instanceof OptionValue.FileContent content) {
        return option.type().parse(content.file().toString());
      }
      String text = text(given);
      if (given.opposite()) {
        Boolean value = ValueTypes.FLAG.parse(text);
        return option.type().parse(Boolean.toString(!value));
      }
      return option.type().parse(text);
    } catch (IllegalValueException e) {
      String label = Shown.plain(given.label());
      if (given.value() instanceof OptionValue.FileContent content) {
        // The reason would show the content, and a secret may have been put under a wrong name.
        throw new UserException(
            given.exitCode(),
            label
                + ": what the file "
                + Shown.plain(content.file().toString())
                + " holds is not a valid value of "
                + option.name(),
            null);
      }
      throw new UserException(given.exitCode(), label + ": " + e.getMessage(), e);
    }
  }

  private static Given withText(Given given, String text) {
    return new Given(
        given.label(), new OptionValue.Literal(text), given.opposite(), given.exitCode());
  }

  private static String text(Given given) throws UserException {
    return given.value() instanceof OptionValue.FileContent content
        ? SecretFile.read(given.label(), content.file()).reveal()
        : ((OptionValue.Literal) given.value()).text();
  }
}
