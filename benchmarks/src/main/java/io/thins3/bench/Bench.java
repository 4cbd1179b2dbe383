package io.thins3.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CancellationException;
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
    // Names of objects and figures in reports have the same digits everywhere.
    Locale.setDefault(Locale.ROOT);
    System.exit(run(new PrintWriter(System.err, true, StandardCharsets.UTF_8), arguments));
  }

  /** Runs a command. */
  static int run(PrintWriter errors, String... arguments) {
    return new CommandLine(new Bench())
        .setErr(errors)
        .setExecutionExceptionHandler(
            (failure, commandLine, parsed) -> {
              commandLine.getErr().println("bench: " + message(failure));
              return 1;
            })
        .execute(arguments);
  }

  private static String message(Exception failure) {
    if (failure instanceof CancellationException || failure instanceof InterruptedException) {
      return "interrupted";
    }
    boolean forUsers = failure instanceof IOException;
    return forUsers && failure.getMessage() != null ? failure.getMessage() : failure.toString();
  }
}
