package io.thins3.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The program as users start it: {@code bin/thins3} of the distribution that the build has just
 * made. Closing it kills what still runs and takes a mount away that was left behind.
 */
public final class Thins3Process implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private final Process process;
  private final Path out;
  private final Path mountPoint;

  private Thins3Process(Process process, Path out, Path mountPoint) {
    this.process = process;
    this.out = out;
    this.mountPoint = mountPoint;
  }

  /** The launcher of the distribution under test. */
  public static Path launcher() {
    return Path.of(System.getProperty("thins3.dist", "target/thins3"), "bin", "thins3")
        .toAbsolutePath();
  }

  /**
   * Starts the program.
   *
   * @param mountPoint where it will mount, for {@link #awaitMounted} and for cleaning up
   * @param environment variables on top of the test's own
   */
  public static Thins3Process start(
      Path mountPoint, Map<String, String> environment, String... arguments) throws IOException {
    Path out = Files.createTempFile("thins3", ".log");
    // Started in the background, Maven and all below it ignore SIGINT; under nohup SIGHUP, too.
    List<String> command =
        new ArrayList<>(List.of("env", "--default-signal=INT,HUP", launcher().toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().putAll(environment);
    return new Thins3Process(builder.start(), out, mountPoint);
  }

  /**
   * Waits until the mount stands in the mount table; fails at once when the process ends. After a
   * failure it is closed.
   */
  public Thins3Process awaitMounted() throws Exception {
    boolean mounted = false;
    try {
      Await.until(
          "mount at " + mountPoint + ", log:\n" + output(),
          DEADLINE,
          () -> {
            if (!process.isAlive()) {
              throw new AssertionError("ended with " + process.exitValue() + ":\n" + output());
            }
            return isMounted(mountPoint);
          });
      mounted = true;
      return this;
    } finally {
      if (!mounted) {
        close();
      }
    }
  }

  /** Waits for the end and gives the exit code. */
  public int awaitExit() throws InterruptedException, IOException {
    if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("still running after " + DEADLINE + ":\n" + output());
    }
    return process.exitValue();
  }

  /** Sends SIGTERM and gives the exit code. */
  public int terminate() throws InterruptedException, IOException {
    process.destroy();
    return awaitExit();
  }

  /** Sends a signal by name. */
  public void signal(String name) throws IOException, InterruptedException {
    Shell.run("kill", "-" + name, Long.toString(process.pid()));
  }

  /** Sends SIGKILL and waits for the end. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Process id. */
  public long pid() {
    return process.pid();
  }

  /** What it has written so far, standard output and standard error. */
  public String output() throws IOException {
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  /** Whether a FUSE mount is at a path. */
  public static boolean isMounted(Path path) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .anyMatch(line -> line.split(" ", -1)[4].equals(path.toString()));
  }

  @Override
  public void close() throws IOException {
    try {
      kill();
      while (isMounted(mountPoint)
          && Shell.run("umount", "-l", mountPoint.toString()).exitCode() == 0) {
        // Mounts may be stacked: each turn takes one away.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Files.deleteIfExists(out);
  }
}
