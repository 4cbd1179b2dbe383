package io.thins3.config;

import io.thins3.config.Option.Alias;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The options that one source gives: a command line, a map of config.json, the environment. Knows
 * how to name them in messages. Immutable.
 */
public final class OptionLayer {
  /** A value that was given. */
  record Given(String label, OptionValue value, boolean opposite, ExitCode exitCode) {}

  private final OptionSource source;
  private final ExitCode exitCode;
  private final UnaryOperator<String> label;
  private final Map<String, OptionValue> values;

  /**
   * Creates one.
   *
   * @param exitCode how the program ends when a value of this layer cannot be understood
   * @param label makes what a message calls an option out of its key
   * @param values by the names that were used
   */
  public OptionLayer(
      OptionSource source,
      ExitCode exitCode,
      UnaryOperator<String> label,
      Map<String, OptionValue> values) {
    this.source = source;
    this.exitCode = exitCode;
    this.label = label;
    // Sorted, so that messages and decisions do not depend on the order of a hash map.
    this.values = new TreeMap<>(values);
  }

  /** The variables that begin with {@code THINS3_}; empty ones count as not given. */
  public static OptionLayer ofEnvironment(Map<String, String> environment) {
    Map<String, OptionValue> values = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(EnvironmentNames.PREFIX)
              && !EnvironmentNames.isReserved(name)
              && !value.isEmpty()) {
            values.put(
                name.substring(EnvironmentNames.PREFIX.length()).toLowerCase(Locale.ROOT),
                new OptionValue.Literal(value));
          }
        });
    return new OptionLayer(
        OptionSource.ENVIRONMENT,
        ExitCode.USAGE,
        key -> EnvironmentNames.PREFIX + key.toUpperCase(Locale.ROOT),
        values);
  }

  /** What is given for an option under any of its names, in the order in which names count. */
  List<Given> find(Option<?> option) {
    List<Given> found = new ArrayList<>();
    if (option.isAcceptedFrom(source)) {
      collect(option, option.name(), false, found);
      for (Alias alias : option.aliases()) {
        collect(option, alias.name(), alias.opposite(), found);
      }
    }
    return found;
  }

  private void collect(Option<?> option, String name, boolean opposite, List<Given> found) {
    String wanted = Option.normalised(name);
    values.forEach(
        (key, value) -> {
          if (Option.normalised(key).equals(wanted) && !isAbsent(option, value)) {
            found.add(new Given(label(key), value, opposite, exitCode));
          }
        });
  }

  /** Templates often leave {@code region: ""} behind: nothing was meant by it. */
  private boolean isAbsent(Option<?> option, OptionValue value) {
    return source == OptionSource.OPTION_MAP
        && !option.type().isFlag()
        && value instanceof OptionValue.Literal literal
        && literal.text().isEmpty();
  }

  /** Whether the option is given, under any of its names. */
  public boolean gives(Option<?> option) {
    return !find(option).isEmpty();
  }

  /** Whether another layer gives the option the same value. */
  public boolean givesSame(Option<?> option, OptionLayer other) {
    return find(option).stream()
        .map(Given::value)
        .toList()
        .equals(other.find(option).stream().map(Given::value).toList());
  }

  /** The mount options that a map gives as keys of their own, such as {@code allow_other}. */
  List<Given> kernelOptions(List<String> names) {
    List<Given> found = new ArrayList<>();
    if (source == OptionSource.OPTION_MAP) {
      for (String name : names) {
        OptionValue value = values.get(name);
        if (value != null) {
          found.add(new Given(name, value, false, exitCode));
        }
      }
    }
    return found;
  }

  /** The keys that no option has, sorted. */
  public List<String> unknownKeys() {
    List<String> unknown = new ArrayList<>();
    for (String key : values.keySet()) {
      if (!isKnown(key)) {
        unknown.add(key);
      }
    }
    return unknown;
  }

  private boolean isKnown(String key) {
    if (source == OptionSource.OPTION_MAP && KernelOptions.NAMES.contains(key)) {
      return true;
    }
    return Options.all().stream()
        .filter(option -> option.isAcceptedFrom(source))
        .anyMatch(option -> option.hasName(key));
  }

  /** What a message calls the option with this key. */
  public String label(String key) {
    return label.apply(key);
  }
}
