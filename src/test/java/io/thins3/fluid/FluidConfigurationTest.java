package io.thins3.fluid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.config.BucketMount;
import io.thins3.config.Credentials;
import io.thins3.config.ExitCode;
import io.thins3.config.LogLevel;
import io.thins3.config.Secret;
import io.thins3.config.ServiceConfig;
import io.thins3.config.UserException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input, and the rules by which sources and access modes are put together. */
final class FluidConfigurationTest {
  private Pod pod;

  @BeforeEach
  void setUp(@TempDir Path directory) throws Exception {
    pod = new Pod(directory);
  }

  // Bad input

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
        "transport | carrier | 'carrier' is not known; write libfuse"
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

  // Rules

  @Test
  void load_anyNewlineState_isTheSame() throws Exception {
    ServiceConfig expected = pod.example(Examples.ARTICLE).load();
    String json = Examples.text(Examples.ARTICLE).strip();
    for (String text :
        List.of(json, json + "\n", json.replace(",", ",\r\n\t"), "\uFEFF" + json, "\n\n" + json)) {
      assertThat(pod.json(text).load()).isEqualTo(expected);
    }
  }

  @Test
  void load_goEscapes_areUnderstood() throws Exception {
    pod.json("{\"mounts\":[{\"mountPoint\":\"s3://b/a\\u0026b\\u003c\"}],\"targetPath\":\"/m\"}");
    assertThat(pod.load().buckets().get(0).prefix()).isEqualTo("a&b</");
  }

  @Test
  void load_precedence_isMountThenRuntimeThenVariableThenContainer() throws Exception {
    pod.json(
            """
            {"mounts":[{"mountPoint":"s3://b","options":{"uid":"1"}}],"targetPath":"/m",
             "runtimeOptions":{"uid":"2","gid":"2"},
             "client":{"options":{"gid":"3","file-mode":"3"}}}
            """)
        .variable("MOUNT_OPTIONS", "uid=4,gid=4,file-mode=4,dir-mode=4")
        .argument("uid", "5")
        .argument("dir-mode", "5")
        .argument("negative-ttl", "5")
        .variable("THINS3_NEGATIVE_TTL", "6")
        .variable("THINS3_HTTP_TIMEOUT", "6");
    BucketMount mount = pod.load().buckets().get(0);
    assertThat(List.of(mount.uid(), mount.gid(), mount.fileMode(), mount.directoryMode()))
        .containsExactly(1, 2, 3, 4);
    assertThat(mount.negativeTtl()).isEqualTo(Duration.ofSeconds(5));
    assertThat(mount.httpTimeout()).isEqualTo(Duration.ofSeconds(6));
    assertThat(pod.warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // access modes, MOUNT_OPTIONS, mount's extra fields, read-only
        "[\"ReadOnlyMany\"] | - | - | true",
        "[\"ReadWriteMany\"] | - | - | false",
        "[\"ReadWriteOnce\"] | - | - | false",
        "[\"ReadOnlyMany\",\"ReadWriteMany\"] | - | - | false",
        "[\"ReadOnlyMany\",\"ReadWriteMany\"] | ro | - | false",
        "[\"ReadOnlyMany\"] | other | - | true",
        "[] | - | - | true",
        "null | - | - | false",
        "null | ro | - | true",
        "null | a,ro | - | true",
        "null | o=ro | - | true",
        "[\"ReadWriteMany\"] | - | \"readOnly\":true | true",
        "[\"ReadWriteMany\"] | - | \"options\":{\"ro\":\"\"} | true",
        "[\"ReadWriteMany\"] | - | \"options\":{\"read-only\":\"true\"} | true",
        "[\"ReadOnlyMany\"] | - | \"options\":{\"ro\":\"false\"} | true"
      })
  void load_accessModes_decideOnReadOnly(
      String modes, @Nullable String variable, @Nullable String extra, boolean readOnly)
      throws Exception {
    pod.json(
        "{\"mounts\":[{\"mountPoint\":\"s3://b\"%s}],\"targetPath\":\"/m\",\"accessModes\":%s}"
            .formatted(extra == null ? "" : "," + extra, modes));
    if (variable != null) {
      pod.variable("MOUNT_OPTIONS", variable);
    }
    ServiceConfig config = pod.load();
    BucketMount mount = config.buckets().get(0);
    assertThat(mount.readOnly()).isEqualTo(readOnly);
    assertThat(mount.fileMode()).isEqualTo(readOnly ? 0644 : 0666);
    assertThat(mount.directoryMode()).isEqualTo(readOnly ? 0755 : 0777);
    assertThat(config.mountOptions()).containsExactly("allow_other", "default_permissions");
  }

  @Test
  void load_optionsOfTheProcessInAMount_count() throws Exception {
    pod.json(
        """
        {"mounts":[
          {"mountPoint":"s3://a","name":"a","options":{"log-level":"warn","debug_s3":""}},
          {"mountPoint":"s3://b","name":"b","options":{"log-level":"error","debug_s3":""}}],
         "targetPath":"/m"}
        """);
    ServiceConfig config = pod.load();
    assertThat(config.log().level()).isEqualTo(LogLevel.WARN);
    assertThat(config.log().debugS3()).isTrue();
    String options = pod.config() + ": mounts[%d].options.log-level";
    assertThat(pod.warnings())
        .containsExactly(
            "log-level is an option of the whole process: %s counts, not %s"
                .formatted(options.formatted(0), options.formatted(1)));
  }

  @Test
  void load_mountOptionsAsKeys_reachTheMount() throws Exception {
    mount("s3://b", "\"nonempty\":\"\",\"max_read\":\"131072\",\"fsname\":\"thin-x\"");
    pod.variable("MOUNT_OPTIONS", "noatime,allow_other").argument("fuse-options", "nosuid");
    ServiceConfig config = pod.load();
    assertThat(config.mountOptions())
        .containsExactly(
            "allow_other",
            "default_permissions",
            "nosuid",
            "noatime",
            "max_read=131072",
            "nonempty");
    assertThat(config.fsName()).isEqualTo("thin-x");
  }

  @Test
  void load_serverAndBucketOption_isTheEarlyDocumentedForm() throws Exception {
    mount("http://minio:9000/", "\"bucket\":\"data\"");
    BucketMount mount = pod.load().buckets().get(0);
    assertThat(mount.endpoint()).isEqualTo(URI.create("http://minio:9000"));
    assertThat(mount.bucket()).isEqualTo("data");
    assertThat(mount.prefix()).isEmpty();
  }

  @Test
  void load_bucketOptionBesideABucket_isIgnoredWithAWarning() throws Exception {
    mount("s3://a", "\"bucket\":\"data\"");
    assertThat(pod.load().buckets().get(0).bucket()).isEqualTo("a");
    assertThat(pod.warnings())
        .containsExactly(
            pod.config() + ": mounts[0].mountPoint names the bucket a; option bucket is ignored");
  }

  @ParameterizedTest
  @CsvSource({
    "minio-url, minio-access-key, minio-access-secret",
    "endpoint_url, access, secret",
    "endpoint, access-key, secret-key",
    "oss-endpoint, oss-access-key, oss-secret-key",
    "fs.s3.endpoint, fs.s3.accessKeyId, fs.s3.accessKeySecret",
    "alluxio.underfs.s3.endpoint, aws.accessKeyId, aws.secretKey",
    "endpoint, access-key-id, access-key-secret"
  })
  void load_namesSeenInDatasets_areUnderstood(String endpoint, String access, String secret)
      throws Exception {
    mount(
        "s3://b",
        "\"%s\":\"http://h\",\"%s\":\"ak\",\"%s\":\"sk\"".formatted(endpoint, access, secret));
    BucketMount mount = pod.load().buckets().get(0);
    assertThat(mount.endpoint()).isEqualTo(URI.create("http://h"));
    assertThat(mount.credentials())
        .isEqualTo(new Credentials.Static(Secret.of("ak"), Secret.of("sk"), null));
    assertThat(pod.warnings()).isEmpty();
  }

  @Test
  void load_anyOptionMayBeAFile_andEitherRootIsMeant() throws Exception {
    Files.writeString(pod.secrets().resolve("url"), "http://minio:9000\n");
    Files.writeString(pod.secrets().resolve("region"), "r\n");
    mount(
        "s3://b",
        "\"endpoint\":\"/etc/fluid/secrets/url\",\"region\":\"%s/region\""
            .formatted(pod.secrets()));
    BucketMount mount = pod.load().buckets().get(0);
    assertThat(mount.endpoint()).isEqualTo(URI.create("http://minio:9000"));
    assertThat(mount.region()).isEqualTo("r");
  }

  @Test
  void load_encryptOptions_overrideOptions() throws Exception {
    Files.writeString(pod.secrets().resolve("sk"), "new\n");
    pod.json(
        """
        {"mounts":[{"mountPoint":"s3://b","options":{"access-key":"ak","secret-key":"old"},
         "encryptOptions":{"minio-access-secret":"%s/sk"}}],"targetPath":"/m"}
        """
            .formatted(pod.secrets()));
    assertThat(pod.load().buckets().get(0).credentials())
        .isEqualTo(new Credentials.Static(Secret.of("ak"), Secret.of("new"), null));
  }

  @Test
  void load_literalInEncryptOptions_isRefusedUnseen() throws Exception {
    pod.json(
        """
        {"mounts":[{"mountPoint":"s3://b","encryptOptions":{"secret-key":"hunter2"}}],
         "targetPath":"/m"}
        """);
    assertRefused(
        ExitCode.CONFIG,
        pod.config() + ": mounts[0].encryptOptions.secret-key must be the absolute path of a file");
  }

  @Test
  void load_unknownInMountOptions_neverNamesPartsOfSecrets() throws Exception {
    mount("s3://b", "");
    // A secret with commas, as Fluid 0.9 puts it there.
    pod.variable(
        "MOUNT_OPTIONS", "first,uid=7,typo=x,access-key=ak,secret-key=hunter2,hunter3=,hunter4");
    pod.load();
    assertThat(pod.warnings())
        .containsExactly(
            "MOUNT_OPTIONS: first is not a known option and is ignored",
            "MOUNT_OPTIONS: typo is not a known option and is ignored",
            "MOUNT_OPTIONS: more unknown options are ignored; they are not named because they may"
                + " be parts of a value with a comma");
  }

  @Test
  void load_fluidsOwnOptions_areNotReported() throws Exception {
    mount("s3://b", "\"fluid.fuse.hostvolume\":\"/x\",\"evil\\nname\":\"v\"");
    pod.load();
    assertThat(pod.warnings())
        .containsExactly(
            pod.config() + ": mounts[0].options.evil\\nname is not a known option and is ignored");
  }

  @Test
  void load_numbersAndBooleansAsOptions_areTolerated() throws Exception {
    mount("s3://b", "\"uid\":7,\"cheap\":true,\"region\":null");
    BucketMount mount = pod.load().buckets().get(0);
    assertThat(mount.uid()).isEqualTo(7);
    assertThat(mount.cheap()).isTrue();
  }

  @Test
  void document_toString_showsNoValues() throws Exception {
    FluidDocument document =
        new FluidDocumentReader()
            .parse(
                "f",
                Examples.text("05-secret-storage-inline-values.json")
                    .getBytes(StandardCharsets.UTF_8));
    assertThat(document.toString() + document.mounts()).doesNotContain("minioadmin", "Secret==");
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
