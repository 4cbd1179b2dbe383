package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.Shell;
import io.thins3.testing.Thins3Process;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with the Java that really runs it. */
class LauncherIT {
  /**
   * A class of the SDK: the archive holds what a mount loads, not only what the program's jar has.
   */
  private static final String ARCHIVED =
      "software.amazon.awssdk.services.s3.DefaultS3Client source: shared objects file (top)";

  private static final Path HOME = Thins3Process.launcher().resolve("../..").normalize();

  /** A flag that this Java has no more would end it, or be a line for every mount. */
  @Test
  void version_isAllThatIsWritten() throws Exception {
    assertOnlyTheVersion(Thins3Process.launcher());
  }

  @Test
  void classes_comeFromTheArchiveOfTheBuild() throws Exception {
    assertThat(origins(HOME)).contains(ARCHIVED);
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
    assertThat(origins(directory))
        .contains("software.amazon.awssdk.services.s3.DefaultS3Client source: file:")
        .doesNotContain(ARCHIVED);

    Shell.Result prepared = Shell.run(directory.resolve("bin/thins3-prepare").toString());

    assertThat(prepared.exitCode()).as(prepared.out()).isZero();
    assertThat(prepared.out()).isEmpty();
    assertThat(names(directory)).containsOnly("bin", "lib", "thins3.jsa");
    assertThat(origins(directory)).contains(ARCHIVED);
  }

  @Test
  void archive_thatIsDamaged_isPassedOver(@TempDir Path directory) throws Exception {
    for (String part : List.of("bin", "lib")) {
      Shell.run("cp", "-a", HOME.resolve(part).toString(), directory + "/");
    }
    Path archive = directory.resolve("thins3.jsa");
    Files.writeString(archive, "no archive");
    assertOnlyTheVersion(directory.resolve("bin/thins3"));
  }

  @Test
  void prepare_interrupted_leavesNothing(@TempDir Path directory) throws Exception {
    for (String part : List.of("bin", "lib")) {
      Shell.run("cp", "-a", HOME.resolve(part).toString(), directory + "/");
    }
    String prepare = directory.resolve("bin/thins3-prepare").toString();

    // The JVM takes about 2 s: it is still at work.
    Shell.Result interrupted = Shell.run("timeout", "-s", "TERM", "0.7", prepare);

    assertThat(interrupted.exitCode()).isEqualTo(124);
    assertThat(names(directory)).containsOnly("bin", "lib");
    assertOnlyTheVersion(directory.resolve("bin/thins3"));
  }

  private static List<String> names(Path directory) throws Exception {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }

  private static void assertOnlyTheVersion(Path launcher) throws Exception {
    Shell.Result result = Shell.run(launcher.toString(), "--version");
    assertThat(result.exitCode()).as(result.out()).isZero();
    assertThat(result.out()).matches("thins3 \\S+ \\(Java [^\n]+\\)\n");
  }

  /** Where each class was loaded from by a mount, which finds nobody at its endpoint. */
  private static String origins(Path home) throws Exception {
    Path mountPoint = Files.createTempDirectory("thins3-launcher");
    try {
      return Shell.run(
              Map.of(
                  "THINS3_JAVA_OPTS",
                  "-Xlog:class+load",
                  "AWS_ACCESS_KEY_ID",
                  "nobody",
                  "AWS_SECRET_ACCESS_KEY",
                  "nothing"),
              List.of(
                  home.resolve("bin/thins3").toString(),
                  "mount",
                  "-f",
                  "--endpoint",
                  "http://127.0.0.1:1",
                  "bucket",
                  mountPoint.toString()))
          .out();
    } finally {
      Files.delete(mountPoint);
    }
  }
}
