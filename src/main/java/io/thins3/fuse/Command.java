package io.thins3.fuse;

import java.io.IOException;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Runs a short-lived program with a deadline. Its messages are asked for in English, because some
 * are understood.
 */
final class Command {
  /** How it ended. */
  enum End {
    EXITED,
    /** It did not end in time, and was killed as far as that is possible. */
    TIMED_OUT,
    /** There is no such program. */
    NOT_FOUND
  }

  /**
   * What a program said.
   *
   * @param exitCode its exit code, -1 unless it exited
   * @param output both its outputs, without the last line break
   */
  record Outcome(End end, int exitCode, String output) {
    boolean succeeded() {
      return end == End.EXITED && exitCode == 0;
    }

    /** For a message to the user. */
    String describe() {
      return switch (end) {
        case TIMED_OUT -> "does not end";
        case NOT_FOUND -> "not installed";
        case EXITED -> output.isEmpty() ? "exit code " + exitCode : output;
      };
    }
  }

  private Command() {}

  /** Runs and waits. The program's output must fit in a pipe's buffer (64 KiB) unread. */
  static Outcome run(Duration deadline, String... commandLine) {
    ProcessBuilder builder = new ProcessBuilder(commandLine).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return new Outcome(End.NOT_FOUND, -1, String.valueOf(e.getMessage()));
    }
    try {
      process.getOutputStream().close();
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        return new Outcome(End.TIMED_OUT, -1, "");
      }
      String output =
          new String(process.getInputStream().readAllBytes(), Charset.defaultCharset()).strip();
      return new Outcome(End.EXITED, process.exitValue(), output);
    } catch (IOException e) {
      process.destroyForcibly();
      return new Outcome(End.EXITED, -1, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return new Outcome(End.TIMED_OUT, -1, "");
    }
  }
}
