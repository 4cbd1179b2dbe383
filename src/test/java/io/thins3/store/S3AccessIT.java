package io.thins3.store;

import static io.thins3.store.StoreFixture.failure;
import static io.thins3.store.StoreFixture.fixed;
import static io.thins3.store.StoreFixture.mount;
import static io.thins3.store.StoreFixture.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.thins3.config.Credentials;
import io.thins3.config.Secret;
import io.thins3.store.StoreException.Kind;
import io.thins3.testing.S3Server;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what, asked of a real server. */
class S3AccessIT {
  private static final S3Server SERVER = S3Server.shared();

  private final String bucket = SERVER.createBucket();
  private final Path directory;

  S3AccessIT(@TempDir Path directory) {
    this.directory = directory;
  }

  /** The kinds of failure of HEAD, LIST and GET. */
  private List<Kind> failures(Credentials credentials) {
    try (S3ObjectStore store = open(mount(SERVER.endpoint(), bucket, "", credentials))) {
      return List.of(
          failure(() -> store.head("key")).kind(),
          failure(() -> store.list(ListRequest.directory(""))).kind(),
          failure(() -> StoreFixture.fill(store, "key", "\"e\"", 0, ByteBuffer.allocate(1)))
              .kind());
    }
  }

  @Test
  void accessKey_unknown_isBadCredentials() {
    Credentials wrong = fixed("nobody", SERVER.secretKey());

    if (SERVER.isMinio()) {
      assertThat(failures(wrong)).containsOnly(Kind.BAD_CREDENTIALS);
    } else {
      // s3proxy's answer to HEAD has no code.
      assertThat(failures(wrong)).containsOnly(Kind.BAD_CREDENTIALS, Kind.ACCESS_DENIED);
    }
  }

  @Test
  void secretKey_wrong_isBadCredentials() {
    Credentials wrong = fixed(SERVER.accessKey(), "wrong");

    if (SERVER.isMinio()) {
      assertThat(failures(wrong)).containsOnly(Kind.BAD_CREDENTIALS);
    } else {
      assertThat(failures(wrong)).containsOnly(Kind.BAD_CREDENTIALS, Kind.ACCESS_DENIED);
    }
  }

  @Test
  void failures_ofAnyKind_nameNoSecret() {
    String secret = "a-wrong-secret-key-to-look-for";
    try (S3ObjectStore store =
        open(mount(SERVER.endpoint(), bucket, "", fixed(SERVER.accessKey(), secret)))) {
      StoreException failure = failure(() -> store.list(ListRequest.directory("")));

      for (Throwable link = failure; link != null; link = link.getCause()) {
        assertThat(link.toString()).doesNotContain(secret).doesNotContain(SERVER.secretKey());
      }
    }
  }

  @Test
  void anonymous_withoutPolicy_isDenied() {
    assumeThat(SERVER.isMinio()).as("s3proxy lets anybody ask HEAD").isTrue();
    assertThat(failures(new Credentials.Anonymous())).containsOnly(Kind.ACCESS_DENIED);
  }

  @Test
  void anonymous_withPolicy_reads() throws Exception {
    assumeThat(SERVER.isMinio()).as("s3proxy has no bucket policies").isTrue();
    String etag = SERVER.put(bucket, "open", new byte[] {1, 2, 3});
    SERVER
        .client()
        .putBucketPolicy(
            b ->
                b.bucket(bucket)
                    .policy(
                        """
                        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",
                        "Action":["s3:GetObject"],"Resource":["arn:aws:s3:::%s/*"]}]}
                        """
                            .formatted(bucket)));
    try (S3ObjectStore store =
        open(mount(SERVER.endpoint(), bucket, "", new Credentials.Anonymous()))) {
      ByteBuffer buffer = ByteBuffer.allocate(3);
      StoreFixture.fill(store, "open", etag, 0, buffer);

      assertThat(buffer.array()).containsExactly(1, 2, 3);
      assertThat(failure(() -> store.list(ListRequest.directory(""))).kind())
          .isEqualTo(Kind.ACCESS_DENIED);
    }
  }

  @Test
  void session_limitedToAPrefix_mayListThatPrefixOnly() throws Exception {
    assumeThat(SERVER.isMinio()).as("s3proxy has no sessions").isTrue();
    SERVER.put(bucket, "mine/file", new byte[] {1});
    SERVER.put(bucket, "other/file", new byte[] {1});
    Credentials limited =
        SERVER.session(
            """
            {"Version":"2012-10-17","Statement":[
            {"Effect":"Allow","Action":["s3:ListBucket"],"Resource":["arn:aws:s3:::%1$s"],
             "Condition":{"StringLike":{"s3:prefix":["mine/*"]}}},
            {"Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::%1$s/mine/*"]}]}
            """
                .formatted(bucket));
    try (S3ObjectStore store = open(mount(SERVER.endpoint(), bucket, "mine/", limited))) {
      assertThat(store.list(ListRequest.directory("mine/")).objects()).hasSize(1);
      assertThat(store.head("mine/file")).isPresent();
      assertThat(store.head("mine/nothing")).isEmpty();
      assertThat(failure(() -> store.list(ListRequest.directory("other/"))).kind())
          .isEqualTo(Kind.ACCESS_DENIED);
      assertThat(failure(() -> store.head("other/file")).kind()).isEqualTo(Kind.ACCESS_DENIED);
      assertThat(
              new BucketProbe(mount(SERVER.endpoint(), bucket, "mine/", limited), store)
                  .run(Duration.ofSeconds(10))
                  .isOk())
          .isTrue();
      assertThat(
              new BucketProbe(mount(SERVER.endpoint(), bucket, "", limited), store)
                  .run(Duration.ofSeconds(10))
                  .outcome())
          .isEqualTo(ProbeResult.Outcome.ACCESS_DENIED);
    }
  }

  @Test
  void session_forgedToken_isBadCredentials() {
    assumeThat(SERVER.isMinio()).as("s3proxy has no sessions").isTrue();
    Credentials forged =
        new Credentials.Static(
            Secret.of(SERVER.accessKey()), Secret.of(SERVER.secretKey()), Secret.of("forged"));

    assertThat(failures(forged)).containsOnly(Kind.BAD_CREDENTIALS);
  }

  @Test
  void files_replacedAfterARefusal_workWithTheNextCall() throws Exception {
    Path accessKey = Files.writeString(directory.resolve("access"), SERVER.accessKey() + "\n");
    Path secretKey = Files.writeString(directory.resolve("secret"), "old-and-wrong\n");
    try (S3ObjectStore store =
        open(
            mount(
                SERVER.endpoint(),
                bucket,
                "",
                new Credentials.Files(accessKey, secretKey, null)))) {
      assertThat(failure(() -> store.list(ListRequest.directory(""))).kind())
          .isEqualTo(Kind.BAD_CREDENTIALS);

      Files.writeString(secretKey, SERVER.secretKey() + "\n");

      assertThat(store.list(ListRequest.directory("")).isEmpty()).isTrue();
      assertThat(store.head("nothing")).isEmpty();
    }
  }

  @Test
  void server_gone_isUnreachable() {
    URI nobody = URI.create("http://127.0.0.1:1");
    try (S3ObjectStore store = open(mount(nobody, bucket, "", SERVER.credentials()))) {
      StoreException failure = failure(() -> store.head("key"));

      assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(failure.status()).isZero();
      assertThat(failure)
          .hasMessageContaining("http://127.0.0.1:1")
          .hasMessageContaining("Connection refused");
    }
  }

  @Test
  void host_unknown_isUnreachable() {
    URI nobody = URI.create("http://no-such-host.invalid:9000");
    try (S3ObjectStore store = open(mount(nobody, bucket, "", SERVER.credentials()))) {
      StoreException failure = failure(() -> store.list(ListRequest.directory("")));

      assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(failure).hasMessageContaining("host name not found");
    }
  }

  @Test
  void https_toAPlainPort_isUnreachableAndSaysTls() {
    URI https = URI.create(SERVER.endpoint().toString().replace("http:", "https:"));
    try (S3ObjectStore store = open(mount(https, bucket, "", SERVER.credentials()))) {
      StoreException failure = failure(() -> store.list(ListRequest.directory("")));

      assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(failure).hasMessageContaining("TLS failed");
    }
  }
}
