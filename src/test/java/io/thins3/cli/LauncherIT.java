package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.Shell;
import io.thins3.testing.Thins3Process;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with the Java that really runs it. */
class LauncherIT {
  private static final Path HOME = Thins3Process.launcher().resolve("../..").normalize();

  /** A flag that this Java has no more would end it, or be a line for every mount. */
  @Test
  void version_isAllThatIsWritten() throws Exception {
    assertOnlyTheVersion(Thins3Process.launcher());
  }

  @Test
  void classes_comeFromTheArchiveOfTheBuild() throws Exception {
    assertThat(origins(HOME)).contains("io.thins3.cli.Thins3 source: shared objects file (top)");
  }

  /** What an archive holds is bound to where the jars are, and to the Java. */
  @Test
  void archive_ofAnotherPlace_isPassedOverUntilItIsMadeAnew(@TempDir Path directory)
      throws Exception {
    for (String part : List.of("bin", "lib", "thins3.jsa")) {
      Shell.run("cp", "-a", HOME.resolve(part).toString(), directory + "/");
    }
    Path launcher = directory.resolve("bin/thins3");
    assertOnlyTheVersion(launcher);
    assertThat(origins(directory)).doesNotContain("Thins3 source: shared");

    Shell.Result prepared = Shell.run(directory.resolve("bin/thins3-prepare").toString());

    assertThat(prepared.exitCode()).as(prepared.out()).isZero();
    assertThat(prepared.out()).isEmpty();
    assertThat(origins(directory)).contains("Thins3 source: shared objects file (top)");
  }

  @Test
  void archive_thatIsDamaged_isPassedOver(@TempDir Path directory) throws Exception {
    for (String part : List.of("bin", "lib")) {
      Shell.run("cp", "-a", HOME.resolve(part).toString(), directory + "/");
    }
    Files.writeString(directory.resolve("thins3.jsa"), "no archive");
    assertOnlyTheVersion(directory.resolve("bin/thins3"));
  }

  private static void assertOnlyTheVersion(Path launcher) throws Exception {
    Shell.Result result = Shell.run(launcher.toString(), "--version");
    assertThat(result.exitCode()).as(result.out()).isZero();
    assertThat(result.out()).matches("thins3 \\S+ \\(Java [^\n]+\\)\n");
  }

  /** Where each class was loaded from. */
  private static String origins(Path home) throws Exception {
    return Shell.run(
            Map.of("THINS3_JAVA_OPTS", "-Xlog:class+load"),
            List.of(home.resolve("bin/thins3").toString(), "--version"))
        .out();
  }
}
