package io.thins3.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the programs that users run. */
public final class Shell {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  private Shell() {}

  /**
   * How a program ended.
   *
   * @param exitCode its exit code
   * @param out what it wrote to standard output and standard error
   */
  public record Result(int exitCode, String out) {}

  /** Runs a command and waits for its end; one that hangs is killed, and that is an error. */
  public static Result run(String... command) throws IOException, InterruptedException {
    return run(List.of(command));
  }

  /** As {@link #run(String...)}. */
  public static Result run(List<String> command) throws IOException, InterruptedException {
    return run(Map.of(), command);
  }

  /**
   * As {@link #run(String...)}.
   *
   * @param environment variables on top of the test's own
   */
  public static Result run(Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("thins3-test", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(command + " hangs after " + DEADLINE + ": " + text(out));
      }
      return new Result(process.exitValue(), text(out));
    } finally {
      Files.delete(out);
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
