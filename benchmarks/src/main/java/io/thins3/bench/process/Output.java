package io.thins3.bench.process;

import java.util.Optional;

/**
 * What a program left behind.
 *
 * @param exitCode its exit code
 * @param standardOutput the text it printed; empty when only counted
 * @param outputBytes how many bytes it printed
 * @param outputLines how many newlines were among them; 0 when only counted
 * @param standardError its error messages
 */
public record Output(
    int exitCode, String standardOutput, long outputBytes, long outputLines, String standardError) {

  /** The last line of the error messages, or of the output, or the exit code. */
  public String lastMessage() {
    return lastLine(standardError)
        .or(() -> lastLine(standardOutput))
        .orElse("exit code " + exitCode);
  }

  private static Optional<String> lastLine(String text) {
    return text.lines().filter(line -> !line.isBlank()).reduce((first, second) -> second);
  }
}
