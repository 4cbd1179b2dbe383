package io.thins3.store.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.thins3.config.BucketMount;
import io.thins3.config.ExitCode;
import io.thins3.config.HttpClientKind;
import io.thins3.config.HttpSettings;
import io.thins3.config.UserException;
import io.thins3.store.ListRequest;
import io.thins3.store.ObjectBody;
import io.thins3.store.S3ObjectStore;
import io.thins3.store.StoreException;
import io.thins3.testing.S3Server;
import io.thins3.testing.SocketServer;
import io.thins3.testing.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real store behind TLS with a certificate of an authority that nobody knows. */
@Timeout(120)
class TlsStoreIT {
  private static final S3Server SERVER = S3Server.shared();
  private static final byte[] CONTENT = new byte[3 << 20];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  @TempDir
  @SuppressWarnings("NullAway.Init")
  static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static TestCertificates certificates;

  @SuppressWarnings("NullAway.Init")
  private static SocketServer tls;

  private final String bucket = SERVER.createBucket();
  private final String etag = SERVER.put(bucket, "dir/object", CONTENT);

  @BeforeAll
  static void start() throws Exception {
    certificates = TestCertificates.create(directory, "dns:localhost");
    tls =
        SocketServer.start(
            certificates
                .server()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
            TlsStoreIT::pass);
  }

  @AfterAll
  static void stop() throws IOException {
    tls.close();
  }

  private static void pass(SocketServer.Peer peer) throws IOException {
    try (Socket store = new Socket(InetAddress.getLoopbackAddress(), SERVER.endpoint().getPort())) {
      peer.sendTo(store);
      store.getInputStream().transferTo(peer.out());
    }
  }

  private BucketMount mount(
      HttpClientKind client, String host, @Nullable Path bundle, boolean verify) {
    BucketMount like = SERVER.mount(bucket);
    return new BucketMount(
        like.name(),
        like.path(),
        like.bucket(),
        like.prefix(),
        URI.create("https://" + host + ":" + tls.port()),
        like.region(),
        like.credentials(),
        like.pathStyle(),
        like.readOnly(),
        like.uid(),
        like.gid(),
        like.fileMode(),
        like.directoryMode(),
        like.metadataTtl(),
        like.negativeTtl(),
        like.cheap(),
        like.implicitDirectories(),
        true,
        new HttpSettings(
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            12,
            client,
            bundle,
            verify,
            true,
            io.thins3.config.ListType.AUTOMATIC));
  }

  private void assertWorks(BucketMount mount) throws Exception {
    try (S3ObjectStore store = S3ObjectStore.open(mount)) {
      ByteBuffer read = ByteBuffer.allocateDirect(CONTENT.length);
      try (ObjectBody body = store.get("dir/object", etag, 0, CONTENT.length)) {
        while (body.read(read) >= 0) {
          assertThat(read.position()).isLessThanOrEqualTo(CONTENT.length);
        }
      }

      assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(CONTENT));
      assertThat(store.head("dir/object")).isPresent();
      assertThat(store.list(ListRequest.directory("dir/")).objects()).hasSize(1);
    }
  }

  /** Refused at once, without the retries of what passes. */
  private void assertRefused(BucketMount mount) throws Exception {
    int before = tls.accepted();
    try (S3ObjectStore store = S3ObjectStore.open(mount)) {
      StoreException failure =
          catchThrowableOfType(StoreException.class, () -> store.head("dir/object"));

      assertThat(failure).isNotNull();
      assertThat(failure.kind()).isEqualTo(StoreException.Kind.UNREACHABLE);
      assertThat(failure).hasMessageContaining("TLS certificate");
      assertThat(tls.accepted() - before).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void calls_authorityOfTheBundle_work(HttpClientKind client) throws Exception {
    assertWorks(mount(client, "localhost", certificates.authority(), true));
  }

  @ParameterizedTest
  @EnumSource
  void calls_unknownAuthority_areRefused(HttpClientKind client) throws Exception {
    assertRefused(mount(client, "localhost", null, true));
  }

  @ParameterizedTest
  @EnumSource
  void calls_otherHostName_areRefused(HttpClientKind client) throws Exception {
    assertRefused(mount(client, "127.0.0.1", certificates.authority(), true));
  }

  @ParameterizedTest
  @EnumSource
  void calls_withoutVerification_work(HttpClientKind client) throws Exception {
    assertWorks(mount(client, "127.0.0.1", null, false));
  }

  @Test
  void bundle_thatIsNotThere_isTheUsersMistake() {
    Path missing = directory.resolve("missing.pem");

    assertThatThrownBy(
            () -> S3ObjectStore.open(mount(HttpClientKind.NATIVE, "localhost", missing, true)))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageContaining(missing.toString())
        .hasMessageContaining("PEM");
  }
}
