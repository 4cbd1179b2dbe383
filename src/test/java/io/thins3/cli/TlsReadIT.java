package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.thins3.testing.S3Server;
import io.thins3.testing.Shell;
import io.thins3.testing.TestCertificates;
import io.thins3.testing.Thins3Process;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading from a MinIO with TLS, whose certificate comes from an authority of our own. */
class TlsReadIT extends ReadSuite {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static TestCertificates certificates;

  private static @Nullable S3Server secured;

  @Override
  S3Server server() throws Exception {
    assumeTrue(S3Server.kind() == S3Server.Kind.MINIO, "only a MinIO binary serves TLS here");
    certificates = TestCertificates.create(directory, "dns:localhost");
    secured = S3Server.startTls(certificates);
    return secured;
  }

  @AfterAll
  static void stopServer() {
    if (secured != null) {
      secured.close();
    }
  }

  /** The name in the certificate. */
  @Override
  URI endpoint(S3Server store) {
    return URI.create("https://localhost:" + store.endpoint().getPort());
  }

  @Override
  List<String> options() {
    return List.of("--ca-bundle", certificates.authority().toString());
  }

  private Shell.Result mount(Path dir, List<String> more) throws Exception {
    List<String> command = new ArrayList<>(List.of(Thins3Process.launcher().toString(), "mount"));
    S3Server store = Objects.requireNonNull(secured);
    command.addAll(List.of("-f", "--endpoint", store.endpoint().toString()));
    command.addAll(more);
    command.addAll(List.of(store.createBucket(), dir.toString()));
    return Shell.run(keys(store), command);
  }

  @Test
  void mount_hostNameOfNoCertificate_isRefused(@TempDir Path dir) throws Exception {
    // 127.0.0.1, which the certificate does not name.
    Shell.Result refused = mount(dir, List.of("--ca-bundle", certificates.authority().toString()));

    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.out()).contains("127.0.0.1").containsIgnoringCase("certificate");
    assertThat(Thins3Process.isMounted(dir)).isFalse();
  }

  /** Neither the name nor the authority is right, and the user wants it all the same. */
  @Test
  void mount_noVerifyTls_worksWithACertificateOfAnotherName(@TempDir Path dir) throws Exception {
    S3Server store = Objects.requireNonNull(secured);
    String bucket = store.createBucket();
    store.put(bucket, "file", new byte[] {1, 2, 3});
    Path mountPoint = dir.toRealPath();
    try (Thins3Process thins3 =
        Thins3Process.start(
            mountPoint,
            keys(store),
            "mount",
            "-f",
            "--no-verify-tls",
            "--endpoint",
            store.endpoint().toString(),
            bucket,
            mountPoint.toString())) {
      thins3.awaitMounted();

      assertThat(Files.readAllBytes(mountPoint.resolve("file"))).containsExactly(1, 2, 3);
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
      assertThat(thins3.output().lines())
          .filteredOn(line -> line.contains(" WARN ") && line.contains("are not verified"))
          .hasSize(1)
          .allMatch(line -> line.contains("certificates of " + store.endpoint() + " "));
    }
  }

  @Test
  void mount_apacheAndCaBundle_readsAndRefusesOtherNames(@TempDir Path dir) throws Exception {
    S3Server store = Objects.requireNonNull(secured);
    List<String> apache =
        List.of("--http-client", "apache", "--ca-bundle", certificates.authority().toString());
    Shell.Result refused = mount(dir, apache); // 127.0.0.1
    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.out()).contains("127.0.0.1").containsIgnoringCase("certificate");

    String bucket = store.createBucket();
    byte[] content = new byte[3_000_000];
    new Random(21).nextBytes(content);
    store.put(bucket, "file", content);
    Path mountPoint = dir.toRealPath();
    List<String> arguments = new ArrayList<>(List.of("mount", "-f"));
    arguments.addAll(apache);
    arguments.addAll(
        List.of("--endpoint", endpoint(store).toString(), bucket, mountPoint.toString()));
    try (Thins3Process thins3 =
        Thins3Process.start(mountPoint, keys(store), arguments.toArray(new String[0]))) {
      thins3.awaitMounted();

      assertThat(Files.readAllBytes(mountPoint.resolve("file"))).isEqualTo(content);
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
      assertThat(thins3.output()).doesNotContain("are not verified");
    }
  }

  @Test
  void mount_unknownAuthority_isRefused(@TempDir Path dir) throws Exception {
    Shell.Result refused = mount(dir, List.of());

    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.out()).containsIgnoringCase("certificate").contains("--ca-bundle");
    assertThat(dir).isEmptyDirectory();
  }
}
