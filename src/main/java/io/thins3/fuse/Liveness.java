package io.thins3.fuse;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * What a mounted file system answers when it is asked.
 *
 * <p>It is asked by a process of its own ({@code stat -f}), not by a thread: a process with a
 * thread in a request that a hanging FUSE server has taken cannot even be killed before the server
 * answers, so its exit would hang too. It is asked for {@code statfs}, which the kernel always
 * passes on; {@code stat} may be answered from attributes that outlive a killed server by their
 * TTL.
 */
enum Liveness {
  /** It answers, if only with an error of its own. */
  ALIVE,
  /** Its server is gone (ENOTCONN, "Transport endpoint is not connected"). */
  DEAD,
  /** It does not answer in time. */
  HANGING,
  /** It could not be asked. */
  UNKNOWN;

  /** Asks. */
  @FunctionalInterface
  interface Probe {
    Liveness ask(Path mountPoint);
  }

  /** The probe that runs {@code stat}, or {@code df} where stat's options differ. */
  static Probe byProcess(Duration deadline) {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String[] question = os.contains("linux") ? new String[] {"stat", "-f"} : new String[] {"df"};
    return mountPoint -> {
      String[] commandLine = java.util.Arrays.copyOf(question, question.length + 2);
      commandLine[question.length] = "--";
      commandLine[question.length + 1] = mountPoint.toString();
      return judge(Command.run(deadline, commandLine));
    };
  }

  static Liveness judge(Command.Outcome outcome) {
    return switch (outcome.end()) {
      case TIMED_OUT -> HANGING;
      case NOT_FOUND -> UNKNOWN;
      // glibc: "Transport endpoint is not connected"; musl and macOS: "Socket [is] not connected".
      case EXITED ->
          outcome.exitCode() != 0 && outcome.output().contains("not connected") ? DEAD : ALIVE;
    };
  }
}
