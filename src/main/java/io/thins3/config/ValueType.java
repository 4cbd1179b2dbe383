package io.thins3.config;

import java.util.Objects;

/**
 * What an option's value is, and how its text is read. Immutable.
 *
 * @param <T> the Java type of the value
 */
public final class ValueType<T> {
  /** Reads the text of a value. */
  @FunctionalInterface
  public interface Parser<T> {
    /** The value, or an error that says what to write instead. */
    T parse(String text) throws IllegalValueException;
  }

  private final Kind kind;
  private final String placeholder;
  private final Parser<T> parser;

  /** What the code that collects values must know of a type. */
  enum Kind {
    PLAIN,
    /** True when given without a value. */
    FLAG,
    /** The value names a file; a path below the secrets directory is the value itself. */
    FILE,
    /** Never shown. */
    SECRET
  }

  ValueType(Kind kind, String placeholder, Parser<T> parser) {
    this.kind = Objects.requireNonNull(kind);
    this.placeholder = Objects.requireNonNull(placeholder);
    this.parser = Objects.requireNonNull(parser);
  }

  /** What stands for the value in a usage text, such as {@code DURATION}; "" for a flag. */
  public String placeholder() {
    return placeholder;
  }

  /** Whether the option alone, without a value, means true. */
  public boolean isFlag() {
    return kind == Kind.FLAG;
  }

  /** Whether the value must never be shown. */
  public boolean isSecret() {
    return kind == Kind.SECRET;
  }

  boolean isFile() {
    return kind == Kind.FILE;
  }

  /** Reads a value. */
  public T parse(String text) throws IllegalValueException {
    return parser.parse(text);
  }
}
