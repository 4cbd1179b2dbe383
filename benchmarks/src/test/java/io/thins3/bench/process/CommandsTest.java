package io.thins3.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

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
  void builder_variablesThatSteerClients_areRemoved() {
    ProcessBuilder builder = Commands.builder(List.of("true"), Map.of("AWS_ACCESS_KEY_ID", "key"));

    assertThat(builder.environment())
        .containsEntry("AWS_ACCESS_KEY_ID", "key")
        .containsEntry("LC_ALL", "C")
        .doesNotContainKey("AWS_CA_BUNDLE")
        .containsKey("PATH");
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
    while (ProcessHandle.current().children().noneMatch(CommandsTest::sleeps)) {
      Thread.onSpinWait();
    }

    cleanup.close();

    // 128 + SIGKILL
    assertThat(exitCode.get(30, TimeUnit.SECONDS)).isEqualTo(137);
  }

  private static boolean sleeps(ProcessHandle child) {
    return child.info().arguments().map(a -> List.of(a).contains("600")).orElse(false);
  }
}
