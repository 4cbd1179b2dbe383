package io.thins3.fluid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.config.ExitCode;
import io.thins3.config.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a configuration that cannot be served gets: one line that names the place. */
final class BadFluidConfigurationTest {
  private Pod pod;

  @BeforeEach
  void setUp(@TempDir Path directory) throws Exception {
    pod = new Pod(directory);
  }

  @Test
  void load_missingFile_namesIt() {
    assertRefused(
        ExitCode.CONFIG,
        "the configuration file " + pod.config() + " does not exist; see --fluid-config");
  }

  @Test
  void load_noneOfTheUsualFiles_namesBoth() {
    assertThatThrownBy(
            () -> new FluidFiles(List.of(Path.of("/no/a"), Path.of("/no/b")), pod.secrets()).read())
        .hasMessage(
            "there is no configuration, neither /no/a nor /no/b; Fluid mounts it into its pods,"
                + " elsewhere give --fluid-config FILE");
    assertThat(FluidFiles.of(null, null))
        .isEqualTo(
            new FluidFiles(
                List.of(
                    Path.of("/etc/fluid/config/config.json"), Path.of("/etc/fluid/config.json")),
                Path.of("/etc/fluid/secrets")));
  }

  @Test
  void load_olderPlaceOfTheFile_isTheFallback(@TempDir Path root) throws Exception {
    Path older = Files.write(root.resolve("config.json"), Examples.read(Examples.ARTICLE));
    Path newer = root.resolve("config/config.json");
    FluidFiles files = new FluidFiles(List.of(newer, older), root);
    assertThat(files.read().file()).isEqualTo(older.toString());
    Files.createDirectories(root.resolve("config"));
    Files.write(newer, Examples.read(Examples.ARTICLE));
    assertThat(files.read().file()).isEqualTo(newer.toString());
  }

  @Test
  void load_directory_saysSo() throws Exception {
    Files.createDirectory(pod.config());
    assertRefused(ExitCode.CONFIG, pod.config() + " is a directory; name the file");
  }

  @Test
  void load_notJson_saysWhereButNotWhat() throws Exception {
    pod.json("{\"mounts\":[\n  {\"secret-key\": hunter2}]}");
    assertRefused(
        ExitCode.CONFIG, pod.config() + " is not valid JSON (line 2, column 18); correct the file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hunter2", "{\"a\":\"hunter2", "{} hunter2", "{}{}", "{\"a\":'hunter2'}"})
  void load_brokenJson_neverShowsIt(String json) throws Exception {
    pod.json(json);
    assertThatThrownBy(pod::load)
        .isInstanceOfSatisfying(
            UserException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIG);
              assertThat(e).hasNoCause();
            })
        .message()
        .startsWith(pod.config() + " is not valid JSON")
        .doesNotContain("hunter2");
  }

  @Test
  void load_emptyFile_saysSo() throws Exception {
    pod.json("\n");
    assertRefused(
        ExitCode.CONFIG,
        pod.config() + " is empty; it must hold Fluid's configuration, a JSON object");
  }

  @Test
  void load_fieldTwice_isRefused() throws Exception {
    pod.json("{\"targetPath\":\"/a\",\"targetPath\":\"/b\"}");
    assertThatThrownBy(pod::load).hasMessageStartingWith(pod.config() + " has a field twice");
  }

  @Test
  void load_deepNesting_isRefused() throws Exception {
    pod.json("{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}");
    assertThatThrownBy(pod::load).hasMessageStartingWith(pod.config() + " is nested too deeply");
  }

  @Test
  void load_hugeFile_isRefused() throws Exception {
    pod.json(new byte[5 << 20]);
    assertRefused(
        ExitCode.CONFIG, pod.config() + " is larger than 4 MiB: not a configuration of Fluid");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[] | the whole must be an object, but is a list",
        "{\"targetPath\":7} | targetPath must be a string, but is a number",
        "{\"mounts\":{}} | mounts must be a list, but is an object",
        "{\"mounts\":[7]} | mounts[0] must be an object, but is a number",
        "{\"mounts\":[{\"mountPoint\":\"b\"},{}]}"
            + " | mounts[1].mountPoint is missing; it names the bucket, s3://BUCKET",
        "{\"mounts\":[{\"mountPoint\":\"b\",\"options\":[]}]}"
            + " | mounts[0].options must be an object, but is a list",
        "{\"mounts\":[{\"mountPoint\":\"b\",\"options\":{\"x\":{}}}]}"
            + " | mounts[0].options.x must be a string, but is an object",
        "{\"mounts\":[{\"mountPoint\":\"b\",\"readOnly\":\"yes\"}]}"
            + " | mounts[0].readOnly must be true or false, but is a string",
        "{\"accessModes\":[true]} | accessModes[0] must be a string, but is true or false",
        "{\"runtimeOptions\":\"a\"} | runtimeOptions must be an object, but is a string"
      })
  void load_wrongType_namesTheField(String json, String message) throws Exception {
    pod.json(json);
    assertRefused(ExitCode.CONFIG, pod.config() + ": " + message);
  }

  @Test
  void load_noTarget_saysWhatIsMissing() throws Exception {
    pod.json("{\"targetPath\":\"\"}");
    assertRefused(
        ExitCode.CONFIG,
        pod.config()
            + " has no targetPath and the variable MOUNT_POINT is not set; one of them must say"
            + " where to mount");
  }

  @Test
  void load_noTargetPath_mountPointVariableCounts() throws Exception {
    pod.json("{}").variable("MOUNT_POINT", "/mnt/x");
    assertThat(pod.load().mountPoint()).hasToString("/mnt/x");
    pod.json("{\"targetPath\":\"/mnt/y/\"}");
    assertThat(pod.load().mountPoint()).hasToString("/mnt/y");
  }

  @ParameterizedTest
  @CsvSource({
    "relative/path, is not absolute",
    "/, is the root directory",
    "//, is the root directory",
    "/a/../b, has '..' as a component",
    "/a/./b, has '.' as a component",
    "/a\\nb, has control characters",
    "/a\\u0000b, has control characters"
  })
  void load_badTargetPath_isRefused(String path, String why) throws Exception {
    pod.json("{\"targetPath\":\"" + path + "\"}");
    assertRefused(
        ExitCode.CONFIG,
        "%s: targetPath: '%s' %s; it must be an absolute path such as"
                .formatted(pod.config(), path, why)
            + " /runtime-mnt/thin/NAMESPACE/NAME/thin-fuse");
  }

  @Test
  void load_badMountPointVariable_isNamed() throws Exception {
    pod.json("{}").variable("MOUNT_POINT", "here");
    assertThatThrownBy(pod::load).hasMessageStartingWith("MOUNT_POINT: 'here' is not absolute");
  }

  @Test
  void load_missingSecret_namesOptionAndFile() throws Exception {
    pod.example(Examples.ARTICLE);
    Path file = pod.secrets().resolve("minio-secret/minio-access-secret");
    Files.delete(file);
    assertRefused(
        ExitCode.CREDENTIALS,
        "%s: mounts[0].options.minio-access-secret: the file %s does not exist; does the Secret have"
                .formatted(pod.config(), file)
            + " this key?");
  }

  @Test
  void load_emptySecret_namesOptionAndFile() throws Exception {
    pod.example(Examples.ARTICLE);
    Path file = pod.secrets().resolve("minio-secret/minio-access-key");
    Files.writeString(file, "\n");
    assertRefused(
        ExitCode.CREDENTIALS,
        "%s: mounts[0].options.minio-access-key: the file %s is empty"
            .formatted(pod.config(), file));
  }

  @Test
  void load_secretPathThatLeavesTheDirectory_isRefused() throws Exception {
    mount("s3://b", "\"secret-key\":\"/etc/fluid/secrets/../../passwd\"");
    assertThatThrownBy(pod::load).hasMessageContaining("leaves the secrets' directory");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gs://b | 'gs://b': the scheme 'gs' is not known",
        "pvc://claim | 'pvc://claim': volumes (pvc://) cannot be served",
        "http://minio:9000 | 'http://minio:9000' names a server but no bucket",
        "minio://a b | 'minio://a b': 'a b' is not a bucket's name"
      })
  void load_badMountPoint_isRefused(String mountPoint, String message) throws Exception {
    mount(mountPoint, "");
    assertThatThrownBy(pod::load)
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIG))
        .hasMessageStartingWith(pod.config() + ": mounts[0].mountPoint: " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "endpoint | minio:9000 | 'minio:9000' has no scheme; write http://minio:9000 or"
            + " https://minio:9000",
        "uid | root | 'root' is not an id; write a number from 0 to 4294967294",
        "stat-cache-ttl | soon | 'soon' is not a duration; write for example 30s, 1m30s, 250ms, 90"
            + " (seconds) or indefinite",
        "file-mode | 999 | '999' is not a mode; write it in octal, from 0 to 0777",
        "transport | carrier | 'carrier' is not known; write linux, libfuse"
      })
  void load_badOption_namesPlaceAndValue(String name, String value, String message)
      throws Exception {
    mount("s3://b", "\"%s\":\"%s\"".formatted(name, value));
    assertRefused(ExitCode.CONFIG, pod.config() + ": mounts[0].options." + name + ": " + message);
  }

  @Test
  void load_badMountOption_namesTheVariable() throws Exception {
    mount("s3://b", "");
    pod.variable("MOUNT_OPTIONS", "uid=x");
    assertThatThrownBy(pod::load).hasMessageStartingWith("MOUNT_OPTIONS: uid: 'x' is not an id");
  }

  private void mount(String mountPoint, String options) throws Exception {
    pod.json(
        "{\"mounts\":[{\"mountPoint\":\"%s\",\"options\":{%s}}],\"targetPath\":\"/m\"}"
            .formatted(mountPoint, options));
  }

  private void assertRefused(ExitCode code, String message) {
    assertThatThrownBy(pod::load)
        .isInstanceOfSatisfying(UserException.class, e -> assertThat(e.exitCode()).isEqualTo(code))
        .hasMessage(message);
  }
}
