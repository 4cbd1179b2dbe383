package io.thins3.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One option: its names, what its value is, where it may be given and how far it reaches.
 * Immutable; all of them are in {@link Options}.
 *
 * @param <T> the Java type of its value
 */
public final class Option<T> {
  /**
   * Another name of an option.
   *
   * @param name as it is written
   * @param opposite the flag means the opposite under this name
   * @param onCommandLine also understood as {@code --name}
   */
  public record Alias(String name, boolean opposite, boolean onCommandLine) {}

  private final Builder<T> built;
  private final @Nullable T defaultValue;

  private Option(Builder<T> builder) {
    built = builder;
    try {
      defaultValue = builder.defaultIsValue ? builder.type.parse(builder.defaultText) : null;
    } catch (IllegalValueException e) {
      throw new IllegalStateException("default of " + builder.name, e);
    }
  }

  static <T> Builder<T> named(String name, ValueType<T> type) {
    return new Builder<>(name, type);
  }

  /** The name in the documentation; on the command line {@code --} stands in front. */
  public String name() {
    return built.name;
  }

  /** The name of one letter, without the dash; null: none. */
  public @Nullable String shortName() {
    return built.shortName;
  }

  /** The other names, in the order in which they count. */
  public List<Alias> aliases() {
    return List.copyOf(built.aliases);
  }

  /** What the value is. */
  public ValueType<T> type() {
    return built.type;
  }

  /** How far it reaches. */
  public OptionScope scope() {
    return built.scope;
  }

  /** Whether it can be given there. */
  public boolean isAcceptedFrom(OptionSource source) {
    return built.sources.contains(source);
  }

  /** What it means, in one or two sentences. */
  public String description() {
    return built.description;
  }

  /** The default as the documentation shows it; "" when there is none. */
  public String defaultText() {
    return built.defaultText;
  }

  /** The default's value; null when there is none or when it depends on something else. */
  public @Nullable T defaultValue() {
    return defaultValue;
  }

  /** The variable that gives it. */
  public String environmentVariable() {
    return EnvironmentNames.PREFIX
        + normalised(built.name).toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /**
   * How values are ordered when the smallest of several names counts; null: the first name in the
   * documented order counts.
   */
  @Nullable Comparator<? super T> order() {
    return built.order;
  }

  /** Whether the option has this name or alias. */
  public boolean hasName(String key) {
    String wanted = normalised(key);
    return normalised(built.name).equals(wanted)
        || built.aliases.stream().anyMatch(alias -> normalised(alias.name()).equals(wanted));
  }

  /** Names are compared with "-" and "_" being the same. */
  static String normalised(String name) {
    return name.replace('_', '-');
  }

  @Override
  public String toString() {
    return built.name;
  }

  /** Collects the properties of an option. Not thread-safe. */
  static final class Builder<T> {
    private final String name;
    private final ValueType<T> type;
    private final List<Alias> aliases = new ArrayList<>();
    private @Nullable String shortName;
    private OptionScope scope = OptionScope.MOUNT;
    private Set<OptionSource> sources = EnumSet.allOf(OptionSource.class);
    private @Nullable Comparator<? super T> order;
    private String description = "";
    private String defaultText = "";
    private boolean defaultIsValue;

    private Builder(String name, ValueType<T> type) {
      this.name = Objects.requireNonNull(name);
      this.type = Objects.requireNonNull(type);
    }

    Builder<T> shortName(String letter) {
      shortName = letter;
      return this;
    }

    /** Names in option maps. */
    Builder<T> aliases(String... names) {
      for (String alias : names) {
        aliases.add(new Alias(alias, false, false));
      }
      return this;
    }

    /** Names in option maps and on the command line. */
    Builder<T> commandLineAliases(String... names) {
      for (String alias : names) {
        aliases.add(new Alias(alias, false, true));
      }
      return this;
    }

    /** Names under which the flag means the opposite. */
    Builder<T> oppositeAliases(String... names) {
      for (String alias : names) {
        aliases.add(new Alias(alias, true, false));
      }
      return this;
    }

    Builder<T> scope(OptionScope value) {
      scope = value;
      return this;
    }

    Builder<T> from(OptionSource first, OptionSource... others) {
      sources = EnumSet.of(first, others);
      return this;
    }

    /** When one source gives several of its names the smallest value counts. */
    Builder<T> smallestOfSeveral(Comparator<? super T> values) {
      order = values;
      return this;
    }

    Builder<T> defaultValue(String text) {
      defaultText = text;
      defaultIsValue = true;
      return this;
    }

    /** A default that depends on other things: words for the documentation. */
    Builder<T> defaultNote(String words) {
      defaultText = words;
      return this;
    }

    Option<T> describedAs(String text) {
      description = text;
      return new Option<>(this);
    }
  }
}
