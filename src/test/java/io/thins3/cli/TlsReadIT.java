package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.TestCertificates;
import io.thins3.testing.Thins3Process;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** Both at the same time, because each is asked for a while. */
  @Test
  void mount_hostNameOfNoCertificateOrUnknownAuthority_isRefused(
      @TempDir Path dir, @TempDir Path another) throws Exception {
    S3Server store = Objects.requireNonNull(secured);
    String bucket = store.createBucket();
    // 127.0.0.1, which the certificate does not name.
    try (Thins3Process otherName =
            MountCommand.of(store, bucket, dir.toRealPath())
                .start("--ca-bundle", certificates.authority().toString());
        Thins3Process unknown = MountCommand.of(store, bucket, another.toRealPath()).start()) {
      assertThat(otherName.awaitExit()).isNotZero();
      assertThat(otherName.output()).contains("127.0.0.1").containsIgnoringCase("certificate");
      assertThat(Thins3Process.isMounted(dir.toRealPath())).isFalse();

      assertThat(unknown.awaitExit()).isNotZero();
      assertThat(unknown.output()).containsIgnoringCase("certificate").contains("--ca-bundle");
      assertThat(Thins3Process.isMounted(another.toRealPath())).isFalse();
      assertThat(another).isEmptyDirectory();
    }
  }

  /** Neither the name nor the authority is right, and the user wants it all the same. */
  @Test
  void mount_noVerifyTls_worksWithACertificateOfAnotherName(@TempDir Path dir) throws Exception {
    S3Server store = Objects.requireNonNull(secured);
    String bucket = store.createBucket();
    store.put(bucket, "file", new byte[] {1, 2, 3});
    Path mountPoint = dir.toRealPath();
    try (Thins3Process thins3 =
        MountCommand.of(store, bucket, mountPoint).mount("--no-verify-tls")) {

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
    String bucket = store.createBucket();
    byte[] content = new byte[3_000_000];
    new Random(21).nextBytes(content);
    store.put(bucket, "file", content);
    Path mountPoint = dir.toRealPath();
    String[] apache = {
      "--http-client", "apache", "--ca-bundle", certificates.authority().toString()
    };
    MountCommand command = MountCommand.of(store, bucket, mountPoint);
    try (Thins3Process refused = command.start(apache)) { // 127.0.0.1
      assertThat(refused.awaitExit()).isNotZero();
      assertThat(refused.output()).contains("127.0.0.1").containsIgnoringCase("certificate");
    }

    try (Thins3Process thins3 = command.through(endpoint(store)).mount(apache)) {
      assertThat(Files.readAllBytes(mountPoint.resolve("file"))).isEqualTo(content);
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
      assertThat(thins3.output()).doesNotContain("are not verified");
    }
  }
}
