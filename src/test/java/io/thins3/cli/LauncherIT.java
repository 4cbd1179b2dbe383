package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.Shell;
import io.thins3.testing.Thins3Process;
import org.junit.jupiter.api.Test;

/** The launcher with the Java that really runs it. */
class LauncherIT {
  /** A flag that this Java has no more would end it, or be a line for every mount. */
  @Test
  void version_isAllThatIsWritten() throws Exception {
    Shell.Result result = Shell.run(Thins3Process.launcher().toString(), "--version");

    assertThat(result.exitCode()).as(result.out()).isZero();
    assertThat(result.out()).matches("thins3 \\S+ \\(Java [^\n]+\\)\n");
  }
}
