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

/** The rules by which sources, options and access modes are put together. */
final class FluidConfigurationTest {
  private Pod pod;

  @BeforeEach
  void setUp(@TempDir Path directory) throws Exception {
    pod = new Pod(directory);
  }

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
