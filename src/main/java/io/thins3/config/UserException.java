package io.thins3.config;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A failure that the user can mend. Its message is one line that says what is wrong, where, and
 * what to do; the program prints it alone, without a stack trace, and ends with the exit code.
 */
public final class UserException extends Exception {
  private final ExitCode exitCode;

  /** Creates one. */
  public UserException(ExitCode exitCode, String message) {
    this(exitCode, message, null);
  }

  /** Creates one with the failure behind it. */
  public UserException(ExitCode exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = Objects.requireNonNull(exitCode);
  }

  /** How the program ends. */
  public ExitCode exitCode() {
    return exitCode;
  }
}
