package io.thins3.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommandsTest {
  private final Cleanup cleanup = new Cleanup();
  private final Commands commands = new Commands(cleanup);

  @Test
  void run_program_keepsOutputErrorsAndExitCode() throws Exception {
    Output output = commands.run(List.of("sh", "-c", "echo one; echo two; echo bad >&2; exit 3"));

    assertThat(output).isEqualTo(new Output(3, "one\ntwo\n", 8, 2, "bad\n"));
    assertThat(output.lastMessage()).isEqualTo("bad");
  }

  @Test
  void run_withInput_programReadsIt() throws Exception {
    assertThat(commands.run(List.of("cat"), "secret", true).standardOutput()).isEqualTo("secret");
  }

  @Test
  void count_largeOutput_isCountedNotKept() throws Exception {
    Output output = commands.count(List.of("head", "-c", "5000000", "/dev/zero"));

    assertThat(output.outputBytes()).isEqualTo(5_000_000);
    assertThat(output.standardOutput()).isEmpty();
  }

  @Test
  void require_failingProgram_saysItsLastWords() {
    assertThatThrownBy(() -> commands.require(List.of("sh", "-c", "echo why >&2; exit 1")))
        .isInstanceOf(IOException.class)
        .hasMessage("sh: why");
  }

  @Test
  void clean_variablesThatSteerClients_areRemoved() {
    Map<String, String> variables =
        new HashMap<>(
            Map.of(
                "AWS_CA_BUNDLE", "x",
                "RCLONE_TRANSFERS", "x",
                "THINS3_HEAP", "x",
                "https_proxy", "x",
                "JAVA_TOOL_OPTIONS", "x",
                "JDK_JAVA_OPTIONS", "x",
                "_JAVA_OPTIONS", "x",
                "PATH", "/bin",
                "JAVA_HOME", "/jdk"));

    Commands.clean(variables);

    assertThat(variables)
        .containsOnly(
            Map.entry("PATH", "/bin"),
            Map.entry("JAVA_HOME", "/jdk"),
            Map.entry("LC_ALL", "C"),
            Map.entry("AWS_CONFIG_FILE", "/dev/null"),
            Map.entry("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"));
  }

  @Test
  void builder_variablesOfAClient_areAdded() {
    ProcessBuilder builder = Commands.builder(List.of("true"), Map.of("AWS_ACCESS_KEY_ID", "key"));

    assertThat(builder.environment())
        .containsEntry("AWS_ACCESS_KEY_ID", "key")
        .containsEntry("LC_ALL", "C")
        .containsKey("PATH");
  }

  @Test
  void run_longerThanTheLimit_isKilledAndSaysSo() {
    assertThatThrownBy(() -> commands.within(Duration.ofMillis(200)).run(List.of("sleep", "601")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("sleep did not end within");
    assertThat(ProcessHandle.current().children().noneMatch(child -> sleeps(child, "601")))
        .isTrue();
  }

  @Test
  void find_onASearchPath_isTheFirstExecutable(@TempDir Path directory) throws IOException {
    Path program = Files.writeString(directory.resolve("tool"), "#!/bin/sh\n");
    String path = "/nowhere::" + directory;
    assertThat(Commands.find("tool", path)).isEmpty();

    assertThat(program.toFile().setExecutable(true)).isTrue();

    assertThat(Commands.find("tool", path)).contains(program);
    assertThat(Commands.find("tool", null)).isEmpty();
  }

  @Test
  void close_whileAProgramRuns_killsIt() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CompletableFuture<Integer> exitCode =
        CompletableFuture.supplyAsync(
            () -> {
              started.countDown();
              try {
                return commands.run(List.of("sleep", "600")).exitCode();
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
    Deadline.in(Duration.ofSeconds(30))
        .await(
            "the program",
            5,
            () -> ProcessHandle.current().children().anyMatch(child -> sleeps(child, "600")));

    cleanup.close();

    // 128 + SIGKILL
    assertThat(exitCode.get(30, TimeUnit.SECONDS)).isEqualTo(137);
  }

  private static boolean sleeps(ProcessHandle child, String seconds) {
    return child.info().arguments().map(a -> List.of(a).contains(seconds)).orElse(false);
  }
}
