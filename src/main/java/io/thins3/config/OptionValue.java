package io.thins3.config;

import java.nio.file.Path;

/** The value of an option as it was given. Immutable; no variant prints a text. */
public sealed interface OptionValue {
  /** The text itself. */
  record Literal(String text) implements OptionValue {
    /** Hides the text: it may be a secret. */
    @Override
    public String toString() {
      return "Literal[***]";
    }
  }

  /** The content of a file, without the line end. */
  record FileContent(Path file) implements OptionValue {}
}
