package io.thins3.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BucketMountResolverTest {
  private static final Owner OWNER = new Owner(7, 8);

  private Path directory;
  private final Warnings warnings = new Warnings();

  @BeforeEach
  void setUp(@TempDir Path temporary) {
    directory = temporary;
  }

  @Test
  void resolve_nothingGiven_isAwsWithTheDefaults() throws Exception {
    assertThat(resolve("bucket:p", Map.of()))
        .isEqualTo(
            new BucketMount(
                "bucket",
                "/",
                "bucket",
                "p/",
                null,
                null,
                new Credentials.DefaultChain(null),
                false,
                false,
                7,
                8,
                0644,
                0755,
                Duration.ofSeconds(60),
                Duration.ofSeconds(1),
                false,
                true,
                true,
                HttpSettings.of(Duration.ofSeconds(30))));
    assertThat(warnings.lines()).isEmpty();
  }

  @Test
  void resolve_uploadSettings_areTaken() throws Exception {
    UploadSettings settings =
        resolve(
                "s3://bucket",
                Map.of(
                    "storage-class", "STANDARD_IA",
                    "acl", "private",
                    "sse-kms", "default",
                    "requester-pays", "true",
                    "tags", "a=b=c&d="))
            .uploads();
    assertThat(settings)
        .isEqualTo(
            new UploadSettings(
                "STANDARD_IA",
                "private",
                "aws:kms",
                null,
                null,
                true,
                new java.util.TreeMap<>(Map.of("a", "b=c", "d", ""))));
    assertThatThrownBy(() -> resolve("s3://bucket", Map.of("tags", "a=b&a=c")))
        .isInstanceOf(UserException.class);
    assertThatThrownBy(() -> resolve("s3://bucket", Map.of("sse", "true", "sse-kms", "k")))
        .isInstanceOf(UserException.class);
  }

  @Test
  void resolve_customerKey_isReadRawOrInBase64AndNeverShown() throws Exception {
    String key = "0123456789abcdef0123456789abcdef";
    String encoded =
        java.util.Base64.getEncoder()
            .encodeToString(key.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Path file = directory.resolve("key");
    for (String content : List.of(key, encoded, encoded + "\n")) {
      Files.writeString(file, content);
      UploadSettings settings = resolve("s3://bucket", Map.of("sse-c", file.toString())).uploads();
      assertThat(settings.customerKey()).isEqualTo(Secret.of(encoded));
      assertThat(settings.toString()).doesNotContain(encoded, key);
    }
    for (String content : List.of("geheim", key + "0", "?" + encoded)) {
      Files.writeString(file, content);
      assertThatThrownBy(() -> resolve("s3://bucket", Map.of("sse-c", file.toString())))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("32 bytes")
          .hasMessageNotContaining(content)
          .hasNoCause();
    }
  }

  @Test
  void resolve_everythingGiven_isTaken() throws Exception {
    BucketMount mount =
        resolve(
            "s3://bucket",
            Map.of(
                "endpoint", "https://minio:9000",
                "region", "r",
                "profile", "p",
                "uid", "1",
                "gid", "2",
                "file-mode", "0600",
                "dir-mode", "0700",
                "metadata-ttl", "indefinite",
                "negative-ttl", "0",
                "cheap", "true"));
    assertThat(mount.endpoint()).isEqualTo(URI.create("https://minio:9000"));
    assertThat(mount.region()).isEqualTo("r");
    assertThat(mount.credentials()).isEqualTo(new Credentials.DefaultChain("p"));
    assertThat(List.of(mount.uid(), mount.gid(), mount.fileMode(), mount.directoryMode()))
        .containsExactly(1, 2, 0600, 0700);
    assertThat(mount.metadataTtl()).isEqualTo(DurationText.INDEFINITE);
    assertThat(mount.negativeTtl()).isZero();
    assertThat(mount.cheap()).isTrue();
  }

  @Test
  void resolve_ioTimeout_isGivenOrLongEnoughForASecondTry() throws Exception {
    assertThat(resolve("b", Map.of("io-timeout", "5s")).http().ioTimeout())
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(resolve("b", Map.of("http-timeout", "10s")).http().ioTimeout())
        .isEqualTo(Duration.ofSeconds(60));
    assertThat(resolve("b", Map.of("http-timeout", "2m")).http().ioTimeout())
        .isEqualTo(Duration.ofMinutes(4));
    assertThat(resolve("b", Map.of("http-timeout", "2m", "io-timeout", "3m")).http().ioTimeout())
        .isEqualTo(Duration.ofMinutes(3));
    assertThat(resolve("b", Map.of("max-attempts", "3")).http().maxAttempts()).isEqualTo(3);
    assertThat(resolve("b", Map.of()).http().listType()).isEqualTo(ListType.AUTOMATIC);
    assertThat(resolve("b", Map.of("list-type", "1")).http().listType()).isEqualTo(ListType.V1);
    assertThat(resolve("b", Map.of("list-type", "2")).http().listType()).isEqualTo(ListType.V2);
  }

  @Test
  void resolve_customEndpoint_meansPathStyleAndUsEast1() throws Exception {
    BucketMount mount = resolve("b", Map.of("endpoint", "http://minio:9000"));
    assertThat(mount.pathStyle()).isTrue();
    assertThat(mount.region()).isEqualTo("us-east-1");
  }

  @Test
  void resolve_subdomain_meansVirtualHostStyle() throws Exception {
    Map<String, String> options = Map.of("endpoint", "http://minio:9000", "subdomain", "");
    assertThat(resolve("b", options).pathStyle()).isFalse();
    assertThat(resolve("b", Map.of("path-style", "true")).pathStyle()).isTrue();
  }

  @Test
  void resolve_endpointOfAws_namesTheRegion() throws Exception {
    for (String host : List.of("s3.eu-west-1.amazonaws.com", "s3-eu-west-1.amazonaws.com")) {
      assertThat(resolve("b", Map.of("endpoint", "https://" + host)).region())
          .isEqualTo("eu-west-1");
    }
    assertThat(resolve("b", Map.of("endpoint", "https://s3.cn-north-1.amazonaws.com.cn")).region())
        .isEqualTo("cn-north-1");
  }

  @Test
  void resolve_accessPoint_isNeverPathStyle() throws Exception {
    BucketMount mount =
        resolve(
            "arn:aws:s3:eu-west-1:123456789012:accesspoint/p", Map.of("endpoint", "https://vpce"));
    assertThat(mount.pathStyle()).isFalse();
    assertThat(mount.region()).isEqualTo("eu-west-1");
  }

  @Test
  void resolve_serverInTheName_winsOverTheOptionWithAWarning() throws Exception {
    BucketMount mount = resolve("http://a/bucket", Map.of("endpoint", "http://b"));
    assertThat(mount.endpoint()).isEqualTo(URI.create("http://a"));
    assertThat(warnings.lines())
        .containsExactly(
            "mount: endpoint http://b is ignored, the mount names the server http://a");
  }

  @Test
  void resolve_minioWithoutEndpoint_warns() throws Exception {
    assertThat(resolve("minio://b", Map.of()).endpoint()).isNull();
    assertThat(warnings.lines()).singleElement().asString().contains("looked for on AWS");
  }

  @Test
  void resolve_readOnly_modesAreNotForEverybody() throws Exception {
    MountDefaults fluid = new MountDefaults(false, true, OWNER);
    BucketMount writable = resolve("b", Map.of(), fluid);
    assertThat(List.of(writable.fileMode(), writable.directoryMode())).containsExactly(0666, 0777);
    BucketMount readOnly = resolve("b", Map.of("ro", ""), fluid);
    assertThat(readOnly.readOnly()).isTrue();
    assertThat(List.of(readOnly.fileMode(), readOnly.directoryMode())).containsExactly(0644, 0755);
    assertThat(resolve("b", Map.of("ro", "false"), new MountDefaults(true, true, OWNER)).readOnly())
        .isTrue();
  }

  @Test
  void resolve_keyFiles_areCheckedAndKeptAsFiles() throws Exception {
    Path access = Files.writeString(directory.resolve("a"), "ak\n");
    Path secret = Files.writeString(directory.resolve("s"), "hunter2\n");
    BucketMount mount =
        resolve(
            "b",
            Map.of("access-key-file", access.toString(), "secret-key-file", secret.toString()));
    assertThat(mount.credentials()).isEqualTo(new Credentials.Files(access, secret, null));

    Files.writeString(secret, "");
    assertRefused(
        Map.of("access-key-file", access.toString(), "secret-key-file", secret.toString()),
        "m.secret-key-file: the file " + secret + " is empty");
  }

  @Test
  void resolve_literalKeys_areNeverShown() throws Exception {
    BucketMount mount =
        resolve(
            "b",
            Map.of(
                "minio-access-key", "hunter1",
                "minio-access-secret", "/hunter2",
                "session-token", "hunter3"));
    assertThat(mount.credentials())
        .isEqualTo(
            new Credentials.Static(
                Secret.of("hunter1"), Secret.of("/hunter2"), Secret.of("hunter3")));
    assertThat(mount.toString()).doesNotContain("hunter");
  }

  @Test
  void resolve_aLiteralAndAFile_isReadOnce() throws Exception {
    Path secret = Files.writeString(directory.resolve("s"), "hunter2\n");
    BucketMount mount =
        resolve("b", Map.of("access-key", "ak", "secret-key-file", secret.toString()));
    assertThat(mount.credentials())
        .isEqualTo(new Credentials.Static(Secret.of("ak"), Secret.of("hunter2"), null));
  }

  @Test
  void resolve_halfOfTheKeys_isRefused() {
    assertRefused(
        Map.of("access-key", "hunter2"),
        "mount: m.access-key is given without the secret key; give secret-key-file too (or"
            + " secret-key in Fluid's options)");
    assertRefused(
        Map.of("secret-key", "hunter2"),
        "mount: m.secret-key is given without the access key; give access-key-file too (or"
            + " access-key in Fluid's options)");
    assertRefused(
        Map.of("session-token", "hunter2"),
        "mount: m.session-token is given without the access key; give access-key-file too (or"
            + " access-key in Fluid's options)");
  }

  @Test
  void resolve_anonymous_doesNotSign() throws Exception {
    assertThat(resolve("b", Map.of("anonymous", "true")).credentials())
        .isEqualTo(new Credentials.Anonymous());
  }

  private void assertRefused(Map<String, String> options, String message) {
    assertThatThrownBy(() -> resolve("b", options))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CREDENTIALS))
        .hasMessage(message);
  }

  private BucketMount resolve(String location, Map<String, String> options) throws Exception {
    return resolve(location, options, new MountDefaults(false, false, OWNER));
  }

  private BucketMount resolve(String location, Map<String, String> options, MountDefaults defaults)
      throws Exception {
    OptionValues values = new OptionValues(List.of(OptionValuesTest.map("m", options)), warnings);
    return new BucketMountResolver(defaults, warnings)
        .resolve(null, "/", "mount", BucketLocation.parse(location), values);
  }
}
