package io.thins3.fuse;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A {@link MountMain} that runs. */
public final class ChildMount implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private ChildMount(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Starts one.
   *
   * @param prefix a command that runs the rest of the command line, such as {@code setpriv}
   */
  public static ChildMount start(
      Transport transport,
      Path mountPoint,
      Map<String, String> environment,
      List<String> prefix,
      List<String> jvmArguments,
      List<String> options)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(java());
    command.addAll(jvmArguments);
    command.addAll(
        List.of(MountMain.class.getName(), transport.getClass().getName(), mountPoint.toString()));
    command.addAll(options);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    return new ChildMount(builder.start());
  }

  /** A plain one, which is mounted when this returns. */
  public static ChildMount mounted(Transport transport, Path mountPoint, String... options)
      throws IOException {
    ChildMount child =
        start(transport, mountPoint, Map.of(), List.of(), List.of(), List.of(options));
    child.expect("mounted");
    return child;
  }

  /** The command line of a JVM like this one. */
  public static List<String> java() {
    return List.of(
        System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
        "-Xmx64m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"));
  }

  /** Reads on to a line that the process itself prints, past log lines. */
  public void expect(String wanted) throws IOException {
    List<String> seen = new ArrayList<>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      seen.add(line);
      if (line.equals(wanted)) {
        return;
      }
    }
    throw new AssertionError("no line '" + wanted + "' in " + seen);
  }

  /** What it prints until its end. */
  public String rest() throws IOException {
    StringBuilder rest = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      rest.append(line).append('\n');
    }
    return rest.toString();
  }

  /** Sends a command. */
  public void say(String command) throws IOException {
    process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** Waits for its end, at most half a minute. */
  public int exitCode() throws InterruptedException {
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("the process has not ended within 30 s");
    }
    return process.exitValue();
  }

  /** SIGKILL. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Ends its standard input: it waits for the end of the mount then. */
  public void endInput() throws IOException {
    process.getOutputStream().close();
  }

  @Override
  public void close() {
    // Not waited for: its mount may keep it from dying, and is detached after the test.
    process.destroyForcibly();
  }
}
