package io.thins3.bench.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs external programs. A program is killed when its waiter is interrupted (a deadline passed) or
 * when the run ends; its environment is this program's without what would steer an S3 client.
 */
public final class Commands {
  /** Where nothing else ends a program: longer than any step may take. */
  private static final Duration LONGEST = Duration.ofHours(1);

  private final Cleanup cleanup;
  private final Duration longest;

  /** Programs die with {@code cleanup}. */
  public Commands(Cleanup cleanup) {
    this(cleanup, LONGEST);
  }

  private Commands(Cleanup cleanup, Duration longest) {
    this.cleanup = cleanup;
    this.longest = longest;
  }

  /** The same for programs that are killed after so long a time. */
  public Commands within(Duration limit) {
    return new Commands(cleanup, limit);
  }

  /** Where a program is on PATH. */
  public static Optional<Path> find(String program) {
    return find(program, System.getenv("PATH"));
  }

  /** Where a program is on a search path like PATH. */
  public static Optional<Path> find(String program, @Nullable String path) {
    return Stream.of((path == null ? "" : path).split(":", -1))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, program))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /** A process builder with a clean environment, see {@link #clean}. */
  public static ProcessBuilder builder(List<String> command, Map<String, String> environment) {
    ProcessBuilder builder = new ProcessBuilder(command);
    clean(builder.environment());
    builder.environment().putAll(environment);
    return builder;
  }

  /**
   * Takes out of an environment what would make a client differ from what its printed command line
   * says: AWS_*, RCLONE_* and proxy variables (an AWS_CA_BUNDLE alone makes rclone fail), options
   * for all JVMs, and the user's AWS files.
   */
  static void clean(Map<String, String> variables) {
    variables.keySet().removeIf(Commands::steersClients);
    variables.put("LC_ALL", "C");
    variables.put("AWS_CONFIG_FILE", "/dev/null");
    variables.put("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
  }

  private static boolean steersClients(String variable) {
    String upper = variable.toUpperCase(Locale.ROOT);
    return upper.startsWith("AWS")
        || upper.startsWith("RCLONE_")
        || upper.startsWith("THINS3_")
        || upper.startsWith("MINIO_")
        || upper.equals("JAVA_TOOL_OPTIONS")
        || upper.equals("JDK_JAVA_OPTIONS")
        || upper.equals("_JAVA_OPTIONS")
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
      Deadline deadline = Deadline.in(longest);
      if (!process.waitFor(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException(
            "%s did not end within %d s".formatted(command.get(0), longest.toSeconds()));
      }
      // What it printed is there when it has ended, unless a child of it holds the pipe.
      long rest = TimeUnit.SECONDS.toNanos(10);
      Drained drained = output.get(rest, TimeUnit.NANOSECONDS);
      String messages = errors.get(rest, TimeUnit.NANOSECONDS);
      return new Output(
          process.exitValue(), drained.text(), drained.bytes(), drained.lines(), messages);
    } catch (ExecutionException e) {
      throw new IOException(command.get(0) + ": " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new IOException(command.get(0) + " has ended, what it started still writes", e);
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
