package io.thins3.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommandTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  @Test
  void run_program_outputAndExitCode() {
    Command.Outcome outcome = Command.run(LONG, "sh", "-c", "echo out; echo err >&2; exit 3");
    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.succeeded()).isFalse();
    assertThat(outcome.describe()).contains("out").contains("err");
    assertThat(Command.run(LONG, "sh", "-c", "exit 4").describe()).isEqualTo("exit code 4");
  }

  @Test
  void run_anyLocale_messagesInEnglish() {
    assertThat(Command.run(LONG, "stat", "/no/such/file").output())
        .contains("No such file or directory");
  }

  @Test
  void run_tooLong_killed() {
    Command.Outcome outcome = Command.run(Duration.ofMillis(50), "sleep", "600");
    assertThat(outcome.end()).isEqualTo(Command.End.TIMED_OUT);
    assertThat(outcome.describe()).isEqualTo("does not end");
  }

  @Test
  void run_noSuchProgram_notFound() {
    Command.Outcome outcome = Command.run(LONG, "thins3-no-such-program");
    assertThat(outcome.end()).isEqualTo(Command.End.NOT_FOUND);
    assertThat(outcome.describe()).isEqualTo("not installed");
  }

  @Test
  void liveness_ofOutcomes() {
    assertThat(Liveness.judge(new Command.Outcome(Command.End.EXITED, 0, "fine")))
        .isEqualTo(Liveness.ALIVE);
    assertThat(Liveness.judge(new Command.Outcome(Command.End.EXITED, 1, "Permission denied")))
        .isEqualTo(Liveness.ALIVE);
    assertThat(
            Liveness.judge(
                new Command.Outcome(
                    Command.End.EXITED, 1, "stat: x: Transport endpoint is not connected")))
        .isEqualTo(Liveness.DEAD);
    assertThat(Liveness.judge(new Command.Outcome(Command.End.EXITED, 1, "Socket not connected")))
        .isEqualTo(Liveness.DEAD);
    assertThat(Liveness.judge(new Command.Outcome(Command.End.TIMED_OUT, -1, "")))
        .isEqualTo(Liveness.HANGING);
    assertThat(Liveness.judge(new Command.Outcome(Command.End.NOT_FOUND, -1, "")))
        .isEqualTo(Liveness.UNKNOWN);
  }

  @Test
  void liveness_healthyDirectory_alive() {
    assertThat(Liveness.byProcess(LONG).ask(java.nio.file.Path.of("/"))).isEqualTo(Liveness.ALIVE);
  }
}
