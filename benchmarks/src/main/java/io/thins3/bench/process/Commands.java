package io.thins3.bench.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs external programs. A program is killed when its waiter is interrupted (a deadline passed) or
 * when the run ends; its environment is this program's without what would steer an S3 client.
 */
public final class Commands {
  private final Cleanup cleanup;

  /** Programs die with {@code cleanup}. */
  public Commands(Cleanup cleanup) {
    this.cleanup = cleanup;
  }

  /** Where a program is on PATH. */
  public static Optional<Path> find(String program) {
    String path = System.getenv("PATH");
    return Stream.of((path == null ? "" : path).split(":", -1))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, program))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /**
   * A process builder with a clean environment. AWS_*, RCLONE_* and proxy variables of the
   * surroundings would make the clients differ from what the printed command line says (an
   * AWS_CA_BUNDLE alone makes rclone fail).
   */
  public static ProcessBuilder builder(List<String> command, Map<String, String> environment) {
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> variables = builder.environment();
    variables.keySet().removeIf(Commands::steersClients);
    variables.put("LC_ALL", "C");
    variables.putAll(environment);
    return builder;
  }

  private static boolean steersClients(String variable) {
    String upper = variable.toUpperCase(Locale.ROOT);
    return upper.startsWith("AWS")
        || upper.startsWith("RCLONE_")
        || upper.startsWith("THINS3_")
        || upper.startsWith("MINIO_")
        || upper.startsWith("JAVA_TOOL_OPTIONS")
        || upper.endsWith("_PROXY");
  }

  /** Runs a program to its end and keeps what it prints. */
  public Output run(List<String> command) throws IOException, InterruptedException {
    return run(command, null, true);
  }

  /** Runs a program to its end; its output, perhaps large, is counted and dropped. */
  public Output count(List<String> command) throws IOException, InterruptedException {
    return run(command, null, false);
  }

  /** Runs a program that reads {@code input} from its standard input, and keeps what it prints. */
  public Output run(List<String> command, @Nullable String input, boolean keep)
      throws IOException, InterruptedException {
    ProcessBuilder builder = builder(command, Map.of());
    if (input == null) {
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    }
    try (var held = cleanup.acquire(command.get(0), builder::start, ProcessEnd::kill)) {
      Process process = held.get();
      CompletableFuture<String> errors =
          CompletableFuture.supplyAsync(
              () -> drain(process.getErrorStream(), true).text(), Commands::startDaemon);
      CompletableFuture<Drained> output =
          CompletableFuture.supplyAsync(
              () -> drain(process.getInputStream(), keep), Commands::startDaemon);
      if (input != null) {
        try (OutputStream stdin = process.getOutputStream()) {
          stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
      }
      int exitCode = process.waitFor();
      Drained drained = output.get();
      return new Output(exitCode, drained.text(), drained.bytes(), drained.lines(), errors.get());
    } catch (ExecutionException e) {
      throw new IOException(command.get(0) + ": " + e.getCause(), e);
    }
  }

  /** As {@link #run(List)}; an exit code other than 0 is an exception with the last message. */
  public Output require(List<String> command) throws IOException, InterruptedException {
    Output output = run(command);
    if (output.exitCode() != 0) {
      throw new IOException(command.get(0) + ": " + output.lastMessage());
    }
    return output;
  }

  private static void startDaemon(Runnable task) {
    Thread thread = new Thread(task, "program output");
    thread.setDaemon(true);
    thread.start();
  }

  private record Drained(String text, long bytes, long lines) {}

  private static Drained drain(InputStream stream, boolean keep) {
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    byte[] buffer = new byte[128 << 10];
    long bytes = 0;
    long lines = 0;
    try (stream) {
      for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
        bytes += n;
        if (keep) {
          kept.write(buffer, 0, n);
          for (int i = 0; i < n; i++) {
            lines += buffer[i] == '\n' ? 1 : 0;
          }
        }
      }
    } catch (IOException e) {
      // The pipe of a killed process: its exit code tells the story.
      return new Drained(kept.toString(StandardCharsets.UTF_8), bytes, lines);
    }
    return new Drained(kept.toString(StandardCharsets.UTF_8), bytes, lines);
  }
}
