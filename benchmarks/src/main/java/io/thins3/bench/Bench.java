package io.thins3.bench;

import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program behind {@code scripts/bench}. */
@Command(
    name = "scripts/bench",
    description = "Measures ThinS3, its parts and other S3 clients side by side.",
    mixinStandardHelpOptions = true,
    subcommands = {CompareCommand.class, TransportsCommand.class, ReportCommand.class})
public final class Bench {
  /** Runs a command and ends the program with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs a command. */
  static int run(String... arguments) {
    return new CommandLine(new Bench())
        .setExecutionExceptionHandler(
            (failure, commandLine, parsed) -> {
              commandLine.getErr().println("bench: " + message(failure));
              return 1;
            })
        .execute(arguments);
  }

  private static String message(Exception failure) {
    boolean forUsers = failure instanceof IOException;
    return forUsers && failure.getMessage() != null ? failure.getMessage() : failure.toString();
  }
}
