package io.thins3.fluid;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.config.BucketMount;
import io.thins3.config.Credentials;
import io.thins3.config.HttpSettings;
import io.thins3.config.LogSettings;
import io.thins3.config.Secret;
import io.thins3.config.ServiceConfig;
import io.thins3.config.StagingSettings;
import io.thins3.config.TransportKind;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each of Fluid's example configurations means. */
final class FluidExamplesTest {
  private static final URI MINIO = URI.create("http://minio:9000");
  private static final URI STORAGE = URI.create("http://minio.storage.svc:9000");
  private static final String NO_ENDPOINT =
      ": minio:// without an endpoint (minio-url); the bucket is looked for on AWS";

  private Pod pod;

  @BeforeEach
  void setUp(@TempDir Path directory) throws Exception {
    pod = new Pod(directory);
  }

  @Test
  void example01_article_isOneReadOnlyBucketAtTheRoot() throws Exception {
    ServiceConfig config = pod.example(Examples.ARTICLE).load();
    assertThat(config)
        .isEqualTo(
            new ServiceConfig(
                List.of(
                    readOnly(
                        "minio",
                        "/",
                        "my-first-bucket",
                        "",
                        MINIO,
                        "us-east-1",
                        files(
                            "minio-secret/minio-access-key", "minio-secret/minio-access-secret"))),
                Path.of("/runtime-mnt/thin/default/minio-demo/thin-fuse"),
                "thins3:my-first-bucket",
                "thins3",
                List.of("allow_other", "default_permissions"),
                TransportKind.LINUX,
                Duration.ofSeconds(20),
                null,
                null,
                StagingSettings.DEFAULT,
                LogSettings.DEFAULT));
    assertThat(pod.warnings()).isEmpty();
    assertThat(config.toString()).doesNotContain("minioadmin", "hunter");
  }

  @Test
  void example02_threeMounts_lieAtTheirPathsOrNames() throws Exception {
    ServiceConfig config = pod.example("02-three-mounts-shared-options.json").load();
    Credentials team = files("team-cred/ak", "team-cred/sk");
    Duration ttl = Duration.ofSeconds(30);
    assertThat(config.buckets())
        .containsExactly(
            withTtl(readOnly("train", "/train", "train-data", "", STORAGE, "us-east-1", team), ttl),
            withTtl(
                writable(
                    "ckpt", "/checkpoints", "checkpoints", "exp-42/", STORAGE, "eu-west-1", team),
                ttl),
            withTtl(
                writable(
                    "models",
                    "/lib/models",
                    "models",
                    "",
                    STORAGE,
                    "us-east-1",
                    files("models-cred/ak", "models-cred/sk")),
                ttl));
    assertThat(config.fsName()).isEqualTo("thins3");
    assertThat(pod.warnings())
        .containsExactly(
            pod.config() + ": runtimeOptions.max-parallel is not a known option and is ignored");
  }

  @Test
  void example03_prefixAndPathRoot_isOneBucketAtTheRoot() throws Exception {
    assertThat(pod.example("03-bucket-prefix-path-root.json").load().buckets())
        .containsExactly(
            readOnly(
                "data",
                "/",
                "my-first-bucket",
                "path/to/data/",
                MINIO,
                "us-east-1",
                files("minio-secret/minio-access-key", "minio-secret/minio-access-secret")));
  }

  @Test
  void example05_inlineValues_areLiteralsEvenWithASlash() throws Exception {
    ServiceConfig config = pod.example("05-secret-storage-inline-values.json").load();
    assertThat(config.buckets())
        .containsExactly(
            writable(
                "minio",
                "/",
                "my-first-bucket",
                "",
                MINIO,
                "us-east-1",
                literals("minioadmin", "/minio+admin/Secret==")));
    assertThat(config.toString()).doesNotContain("minioadmin", "Secret==");
  }

  @Test
  void example07_noMounts_isAnEmptyDirectory() throws Exception {
    ServiceConfig config = pod.example("07-dynamic-start-no-mounts.json").load();
    assertThat(config.buckets()).isEmpty();
    assertThat(config.mountPoint()).hasToString("/runtime-mnt/thin/default/dyn-demo/thin-fuse");
    assertThat(config.fsName()).isEqualTo("thins3");
  }

  @Test
  void example09_noAccessModes_mountOptionsDecide() throws Exception {
    BucketMount writable =
        writable(
            "minio",
            "/",
            "my-first-bucket",
            "",
            MINIO,
            "us-east-1",
            literals("minioadmin", "minioadmin"));
    pod.example("09-legacy-0.9-inline-no-accessmodes.json");
    assertThat(pod.load().buckets()).containsExactly(writable);
    // What Fluid 0.9 sets for a read-only Dataset; the values are secrets.
    pod.variable("MOUNT_OPTIONS", "minio-access-key=minioadmin,ro,minio-access-secret=minioadmin");
    assertThat(pod.load().buckets()).singleElement().matches(BucketMount::readOnly);
    assertThat(pod.warnings()).isEmpty();
  }

  @Test
  void example10_minimal_isABucketWithTheDefaults() throws Exception {
    assertThat(pod.example("10-minimal.json").load().buckets())
        .containsExactly(
            readOnly("b", "/", "b", "", null, null, new Credentials.DefaultChain(null)));
    assertThat(pod.warnings()).containsExactly(pod.config() + ": mounts[0]" + NO_ENDPOINT);
  }

  @Test
  void example12_noMountsKey_isAnEmptyDirectory() throws Exception {
    assertThat(pod.example("12-no-mounts-key-before-1.0.2.json").load().buckets()).isEmpty();
  }

  @Test
  void example13_webAddress_isServerBucketAndPrefix() throws Exception {
    assertThat(pod.example("13-unit-test-zookeeper.json").load().buckets())
        .containsExactly(
            readOnly(
                "zookeeper",
                "/",
                "apache",
                "zookeeper/stable/",
                URI.create("https://mirrors.bit.edu.cn"),
                "us-east-1",
                new Credentials.DefaultChain(null)));
  }

  @Test
  void example14_unknownOptions_areReportedByName() throws Exception {
    assertThat(pod.example("14-unit-test-runtime-options.json").load().buckets())
        .containsExactly(
            writable("abc", "/", "abc", "", null, null, new Credentials.DefaultChain(null)));
    String ignored = " is not a known option and is ignored";
    assertThat(pod.warnings())
        .containsExactlyInAnyOrder(
            pod.config() + ": mounts[0].options.a" + ignored,
            pod.config() + ": mounts[0].options.c" + ignored,
            pod.config() + ": runtimeOptions.fuse-opt" + ignored);
  }

  @Test
  void example20_cacheRuntime_encryptOptionsAreFiles() throws Exception {
    ServiceConfig config = pod.example("20-cacheruntime-runtime.json-client-only.json").load();
    assertThat(config.buckets())
        .containsExactly(
            writable(
                "minio",
                "/minio",
                "test",
                "",
                MINIO,
                "us-east-1",
                files("curvine-secret/access-key", "curvine-secret/secret-key")));
    assertThat(config.mountPoint())
        .hasToString("/runtime-mnt/cache/default/curvine-demo/cache-fuse");
    assertThat(pod.warnings())
        .containsExactly(
            pod.config() + ": client.options.key1 is not a known option and is ignored");
  }

  private Credentials files(String access, String secret) {
    return new Credentials.Files(
        pod.secrets().resolve(access), pod.secrets().resolve(secret), null);
  }

  private static Credentials literals(String access, String secret) {
    return new Credentials.Static(Secret.of(access), Secret.of(secret), null);
  }

  private static BucketMount readOnly(
      String name,
      String path,
      String bucket,
      String prefix,
      @Nullable URI endpoint,
      @Nullable String region,
      Credentials credentials) {
    return mount(name, path, bucket, prefix, endpoint, region, credentials, true);
  }

  private static BucketMount writable(
      String name,
      String path,
      String bucket,
      String prefix,
      @Nullable URI endpoint,
      @Nullable String region,
      Credentials credentials) {
    return mount(name, path, bucket, prefix, endpoint, region, credentials, false);
  }

  private static BucketMount mount(
      String name,
      String path,
      String bucket,
      String prefix,
      @Nullable URI endpoint,
      @Nullable String region,
      Credentials credentials,
      boolean readOnly) {
    return new BucketMount(
        name,
        path,
        bucket,
        prefix,
        endpoint,
        region,
        credentials,
        endpoint != null,
        readOnly,
        Pod.OWNER.uid(),
        Pod.OWNER.gid(),
        readOnly ? 0644 : 0666,
        readOnly ? 0755 : 0777,
        Duration.ofSeconds(60),
        Duration.ofSeconds(1),
        false,
        true,
        true,
        HttpSettings.of(Duration.ofSeconds(30)));
  }

  private static BucketMount withTtl(BucketMount mount, Duration ttl) {
    return new BucketMount(
        mount.name(),
        mount.path(),
        mount.bucket(),
        mount.prefix(),
        mount.endpoint(),
        mount.region(),
        mount.credentials(),
        mount.pathStyle(),
        mount.readOnly(),
        mount.uid(),
        mount.gid(),
        mount.fileMode(),
        mount.directoryMode(),
        ttl,
        mount.negativeTtl(),
        mount.cheap(),
        mount.implicitDirectories(),
        true,
        mount.http());
  }
}
