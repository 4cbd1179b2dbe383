package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher and the signal of a real JVM. */
final class ReadySignalTest {
  private Path root;
  private FakeJava java;

  @BeforeEach
  void setUp(@TempDir Path directory) throws Exception {
    root = directory;
    java =
        new FakeJava(directory)
            .variable("CLASSES", System.getProperty("java.class.path"))
            .variable("REAL", System.getProperty("java.home") + "/bin/java")
            .script(
                "mkfifo \"$OUT/end\"\nexec \"$REAL\" -Xshare:auto -XX:TieredStopAtLevel=1 -cp"
                    + " \"$CLASSES\" io.thins3.cli.ReadySignalProgram");
  }

  @Test
  void mounted_inTheBackground_nobodyWaitsForOurOutput() throws Exception {
    // Reads the output to its end, as $(thins3 mount ...) does, while the JVM goes on.
    assertThat(java.run("b", "d")).isZero();
    assertThat(java.file("stdout")).isEqualTo("before\n");
    assertThat(java.file("stderr")).isEmpty();
    String pid = java.file("pid");
    try {
      for (int descriptor = 0; descriptor <= 2; descriptor++) {
        assertThat(Files.readSymbolicLink(Path.of("/proc", pid, "fd", "" + descriptor)))
            .isEqualTo(Path.of("/dev/null"));
      }
      assertThat(root.resolve("done")).doesNotExist();
    } finally {
      Files.writeString(root.resolve("end"), "\n");
    }
    java.await("done");
  }

  @Test
  void mounted_inTheForeground_changesNothing() throws Exception {
    Process process = java.start("-f", "b", "d");
    java.await("pid");
    Files.writeString(root.resolve("end"), "\n");
    assertThat(java.end(process)).isZero();
    assertThat(java.file("stdout")).isEqualTo("before\nafter\n");
  }

  @Test
  void mounted_launcherIsGone_goesOnAllTheSame() throws Exception {
    // The write end of a pipe that nobody reads.
    Process process =
        java.start(
            List.of(
                "bash",
                "-c",
                "mkfifo \"$OUT/ready\"; exec 4<>\"$OUT/ready\" 3>\"$OUT/ready\" 4<&-;"
                    + " THINS3_READY_FD=3 exec \"$JAVA_HOME/bin/java\""));
    java.await("pid");
    Files.writeString(root.resolve("end"), "\n");
    assertThat(java.end(process)).isZero();
    assertThat(root.resolve("done")).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1", "3/../../etc", "99999"})
  void of_noDescriptor_isTheForeground(String value) {
    assertThat(ReadySignal.of(Map.of("THINS3_READY_FD", value)).isBackground()).isFalse();
    assertThat(ReadySignal.of(Map.of()).isBackground()).isFalse();
  }
}
