package io.thins3.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.thins3.config.HttpClientKind;
import io.thins3.store.ChecksumAlgorithm;
import io.thins3.store.ObjectChecksum;
import io.thins3.testing.Await;
import io.thins3.testing.Checksums;
import io.thins3.testing.DamagingProxy;
import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.Shell;
import io.thins3.testing.Thins3Process;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * SEMANTICS, Reading: "A file that is read from its first byte to its last is compared with the
 * checksum that the store has of it". On real mounts, with a network that damages content.
 */
@Timeout(300)
class ChecksumIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final S3Server server = S3Server.shared();

  private String bucket = "";

  /** Content with a mark in its middle, with a checksum in the store. */
  private byte[] put(String key, int size, ChecksumAlgorithm algorithm) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    byte[] mark = DamagingProxy.MARK.getBytes(US_ASCII);
    System.arraycopy(mark, 0, content, size / 2, mark.length);
    ObjectChecksum sum = Checksums.of(algorithm, ByteBuffer.wrap(content));
    server
        .client()
        .putObject(
            b -> {
              b.bucket(bucket).key(key);
              switch (algorithm) {
                case CRC64NVME -> b.checksumCRC64NVME(sum.value());
                case SHA256 -> b.checksumSHA256(sum.value());
                default -> b.checksumCRC32C(sum.value());
              }
            },
            RequestBody.fromBytes(content));
    return content;
  }

  private static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  private static Shell.Result cat(Path file) throws Exception {
    return Shell.run("bash", "-c", "set -o pipefail; cat '" + file + "' | sha256sum");
  }

  private Thins3Process mount(
      DamagingProxy proxy, Path mount, HttpClientKind client, String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--http-client", client.name().toLowerCase(Locale.ROOT)));
    return MountCommand.of(server, bucket, mount)
        .through(proxy.endpoint())
        .mount(all.toArray(String[]::new));
  }

  @ParameterizedTest
  @EnumSource(HttpClientKind.class)
  void cat_damagedOnTheWay_failsOnceAndIsLogged(HttpClientKind client, @TempDir Path directory)
      throws Exception {
    assumeThat(server.isMinio()).as("s3proxy keeps no checksums").isTrue();
    bucket = server.createBucket();
    Path mount = Files.createDirectory(directory.toRealPath().resolve("mount"));
    try (DamagingProxy proxy = new DamagingProxy(server.endpoint());
        Thins3Process thins3 = mount(proxy, mount, client)) {
      for (ChecksumAlgorithm algorithm :
          new ChecksumAlgorithm[] {
            ChecksumAlgorithm.CRC32C, ChecksumAlgorithm.CRC64NVME, ChecksumAlgorithm.SHA256
          }) {
        for (int size : new int[] {300_000, 30_000_000}) {
          String name = algorithm + "-" + size;
          byte[] content = put(name, size, algorithm);
          proxy.damage(1);
          Shell.Result damaged = cat(mount.resolve(name));
          assertThat(damaged.exitCode()).as("%s: %s", name, damaged).isNotZero();
          assertThat(damaged.toString()).contains("Input/output error");
          String line = "s3://" + bucket + "/" + name + " (ETag ";
          Await.until("the log line", SOON, () -> thins3.output().contains(line));

          Shell.Result again = cat(mount.resolve(name));
          assertThat(again.exitCode()).as("again, %s: %s", name, again).isZero();
          assertThat(again.out()).startsWith(sha256(content));
          assertThat(thins3.output()).containsOnlyOnce(line);
          assertThat(thins3.output().lines())
              .filteredOn(logged -> logged.contains(line))
              .allMatch(
                  logged -> logged.contains("the store's checksum of it is " + algorithm + " "));
        }
      }
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClientKind.class)
  void cat_noVerifyChecksums_givesWhatComes(HttpClientKind client, @TempDir Path directory)
      throws Exception {
    bucket = server.createBucket();
    Path mount = Files.createDirectory(directory.toRealPath().resolve("mount"));
    byte[] small = put("small", 300_000, ChecksumAlgorithm.CRC32C);
    byte[] large = put("large", 30_000_000, ChecksumAlgorithm.CRC32C);
    try (DamagingProxy proxy = new DamagingProxy(server.endpoint());
        Thins3Process thins3 = mount(proxy, mount, client, "--no-verify-checksums")) {
      proxy.damage(2);
      for (byte[] content : new byte[][] {small, large}) {
        byte[] damaged = DamagingProxy.DAMAGED.getBytes(US_ASCII);
        System.arraycopy(damaged, 0, content, content.length / 2, damaged.length);
        Shell.Result result = cat(mount.resolve(content == small ? "small" : "large"));
        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertThat(result.out()).startsWith(sha256(content));
      }
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
      assertThat(thins3.output()).doesNotContain("damaged");
    }
  }
}
