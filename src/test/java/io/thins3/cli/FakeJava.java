package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The launcher beside a Java that is a shell script of the test. */
final class FakeJava {
  private static final Path LAUNCHER = Path.of("src/main/dist/bin/thins3").toAbsolutePath();
  private static final long DEADLINE_SECONDS = 60;

  private final Path root;
  private final Map<String, String> environment = new TreeMap<>();

  /** Everything, also the launcher's temporary files, stays below {@code root}. */
  FakeJava(Path root) throws IOException {
    this.root = root;
    Files.createDirectories(root.resolve("tmp"));
    Path bin = Files.createDirectories(root.resolve("dist/bin"));
    executable(bin.resolve("thins3"), Files.readString(LAUNCHER));
    environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    environment.put("TMPDIR", root.resolve("tmp").toString());
    environment.put("OUT", root.toString());
    release("17.0.15");
    script("printf '%s\\n' \"$@\" >\"$OUT/args\"; env >\"$OUT/env\"; echo $$ >\"$OUT/pid\"");
  }

  Path launcher() {
    return root.resolve("dist/bin/thins3");
  }

  Path home() {
    return root.resolve("jdk");
  }

  /** What the release file says. */
  FakeJava release(String version) throws IOException {
    Files.createDirectories(home());
    Files.writeString(
        home().resolve("release"),
        "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\nOS_ARCH=\"x\"");
    environment.put("JAVA_HOME", home().toString());
    return this;
  }

  /** What Java does. */
  FakeJava script(String text) throws IOException {
    executable(
        Files.createDirectories(home().resolve("bin")).resolve("java"),
        "#!/usr/bin/env bash\n" + text + "\n");
    return this;
  }

  FakeJava variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  FakeJava without(String name) {
    environment.remove(name);
    return this;
  }

  /** Starts a command in the environment of the test. */
  Process start(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectError(root.resolve("stderr").toFile());
    return builder.start();
  }

  /** Starts the launcher; signals have their default effects, whatever the build was run by. */
  Process start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("env", "--default-signal", launcher().toString()));
    command.addAll(List.of(arguments));
    return start(command);
  }

  /** Runs the launcher to the end of its output and returns its exit code. */
  int run(String... arguments) throws Exception {
    return end(start(arguments));
  }

  int end(Process process) throws Exception {
    process.getOutputStream().close();
    Files.write(root.resolve("stdout"), process.getInputStream().readAllBytes());
    assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  String file(String name) throws IOException {
    return Files.readString(root.resolve(name), StandardCharsets.UTF_8);
  }

  List<String> lines(String name) throws IOException {
    return Files.readAllLines(root.resolve(name));
  }

  /** Waits until a file is there. */
  void await(String name) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!Files.exists(root.resolve(name))) {
      assertThat(System.nanoTime()).as("deadline for " + name).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  /** The launcher's temporary files. */
  List<Path> leftovers() throws IOException {
    try (var files = Files.list(root.resolve("tmp"))) {
      return files.toList();
    }
  }

  static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
