package io.thins3.testing;

import io.thins3.config.BucketMount;
import io.thins3.config.Credentials;
import io.thins3.config.HttpSettings;
import io.thins3.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * A real S3 server for tests. $THINS3_TEST_S3 ({@code embedded}, {@code minio}, {@code container})
 * demands a kind and fails without it; {@code auto}, the default, takes the best that is there.
 *
 * <p>{@link #shared()} is one server for the whole JVM: tests take a bucket each and do not stop
 * it. {@link #start()} gives a test its own to stop, pause and close.
 */
public final class S3Server implements AutoCloseable {
  /** What runs. */
  public enum Kind {
    /** A {@code minio} binary: $THINS3_MINIO, on the PATH, or in ~/.cache/thins3/bin. */
    MINIO,
    /** MinIO through Testcontainers. */
    CONTAINER,
    /** s3proxy in this JVM. */
    EMBEDDED
  }

  private static final String VARIABLE = "THINS3_TEST_S3";
  private static final String ACCESS_KEY = "thins3-test-access";
  private static final String SECRET_KEY = "thins3-test-secret";
  private static final Duration START = Duration.ofSeconds(60);
  private static final AtomicInteger BUCKETS = new AtomicInteger();

  /** The one of this JVM; started by the first who asks. */
  private static final class Shared {
    static final S3Server SERVER = startAndSay();

    private static S3Server startAndSay() {
      S3Server server = S3Server.start();
      System.out.println(
          "S3 server of the tests: " + server.backend.describe() + " at " + server.endpoint());
      return server;
    }
  }

  private final Kind kind;
  private final S3Backend backend;
  private final Thread hook = new Thread(this::closeBackend, "thins3-test-s3-end");
  private final SdkHttpClient http = trusting();
  private @Nullable S3Client client;

  private S3Server(Kind kind, S3Backend backend) {
    this.kind = kind;
    this.backend = backend;
  }

  @SuppressWarnings("deprecation") // Apache 4, as the program has it
  private static SdkHttpClient trusting() {
    return ApacheHttpClient.builder()
        .buildWithDefaults(
            AttributeMap.builder()
                .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true)
                .build());
  }

  /** The server that all tests of this JVM share. */
  public static S3Server shared() {
    return Shared.SERVER;
  }

  /** A server of one's own, of the kind that is demanded or best. */
  public static S3Server start() {
    return start(kind(), Map.of());
  }

  /** A server of one's own and of this kind. */
  public static S3Server start(Kind kind) {
    return start(kind, Map.of());
  }

  /**
   * A server of one's own.
   *
   * @param environment more variables for MinIO's process; other kinds take none
   */
  public static S3Server start(Kind kind, Map<String, String> environment) {
    S3Server server = null;
    try {
      server = new S3Server(kind, backend(kind, environment, null));
      return started(server);
    } catch (IOException | RuntimeException e) {
      if (server != null) {
        server.close();
      }
      throw new IllegalStateException("no S3 server of kind " + kind, e);
    }
  }

  /** A MinIO of one's own behind TLS, with a certificate for its address. */
  public static S3Server startTls(TestCertificates certificates) {
    S3Server server = null;
    try {
      server = new S3Server(Kind.MINIO, backend(Kind.MINIO, Map.of(), certificates.pemDirectory()));
      return started(server);
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      if (server != null) {
        server.close();
      }
      throw new IllegalStateException("no MinIO with TLS", e);
    }
  }

  private static S3Server started(S3Server server) {
    Runtime.getRuntime().addShutdownHook(server.hook);
    server.startAgain();
    return server;
  }

  /** The kind that $THINS3_TEST_S3 demands, or the best that is there. */
  public static Kind kind() {
    String wish = System.getenv().getOrDefault(VARIABLE, "auto").toUpperCase(Locale.ROOT);
    if (!wish.equals("AUTO")) {
      return Kind.valueOf(wish);
    }
    if (MinioProcess.find().isPresent()) {
      return Kind.MINIO;
    }
    return ContainerS3.isPossible() ? Kind.CONTAINER : Kind.EMBEDDED;
  }

  private static S3Backend backend(
      Kind kind, Map<String, String> environment, @Nullable Path certificates) throws IOException {
    if (kind != Kind.MINIO && !environment.isEmpty()) {
      throw new IllegalArgumentException(kind + " takes no environment");
    }
    return switch (kind) {
      case MINIO -> {
        Map<String, String> all = new java.util.HashMap<>(environment);
        all.putIfAbsent("MINIO_ROOT_USER", ACCESS_KEY);
        all.putIfAbsent("MINIO_ROOT_PASSWORD", SECRET_KEY);
        yield new MinioProcess(
            MinioProcess.find()
                .orElseThrow(
                    () ->
                        new IllegalStateException(
                            "no minio binary: set THINS3_MINIO, put one on the PATH, or run"
                                + " scripts/test")),
            all,
            certificates);
      }
      case CONTAINER -> {
        if (!ContainerS3.isPossible()) {
          throw new IllegalStateException("no Docker daemon answers");
        }
        yield new ContainerS3(ACCESS_KEY, SECRET_KEY);
      }
      case EMBEDDED -> new EmbeddedS3(ACCESS_KEY, SECRET_KEY);
    };
  }

  /** What runs. */
  public Kind kindOfThis() {
    return kind;
  }

  /** Whether this is MinIO, in whatever way. */
  public boolean isMinio() {
    return kind != Kind.EMBEDDED;
  }

  /** Scheme, host and port; the same after {@link #stop} and {@link #startAgain}. */
  public URI endpoint() {
    return backend.endpoint();
  }

  /** The access key that may do everything. */
  public String accessKey() {
    return ACCESS_KEY;
  }

  /** Its secret. */
  public String secretKey() {
    return SECRET_KEY;
  }

  /** Both keys, as variables of the environment. */
  public Map<String, String> keys() {
    return Map.of("AWS_ACCESS_KEY_ID", accessKey(), "AWS_SECRET_ACCESS_KEY", secretKey());
  }

  /** The credentials as configuration has them. */
  public Credentials credentials() {
    return new Credentials.Static(Secret.of(ACCESS_KEY), Secret.of(SECRET_KEY), null);
  }

  /**
   * Keys of a session that may do what a policy allows, and nothing else. MinIO only.
   *
   * @param policy IAM's JSON
   */
  public Credentials.Static session(String policy) {
    try (StsClient sts =
        StsClient.builder()
            .endpointOverride(endpoint())
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
            .build()) {
      var session =
          sts.assumeRole(b -> b.roleArn("arn:x:x:x:x").roleSessionName("test").policy(policy))
              .credentials();
      return new Credentials.Static(
          Secret.of(session.accessKeyId()),
          Secret.of(session.secretAccessKey()),
          Secret.of(session.sessionToken()));
    }
  }

  /** A mount of a whole bucket of this server, for reading, with short time-outs. */
  public BucketMount mount(String bucket) {
    return new BucketMount(
        bucket,
        "/",
        bucket,
        "",
        endpoint(),
        null,
        credentials(),
        true,
        true,
        0,
        0,
        0644,
        0755,
        Duration.ofSeconds(60),
        Duration.ofSeconds(1),
        false,
        true,
        true,
        HttpSettings.of(Duration.ofSeconds(30)));
  }

  /** A client that may do everything. Closed with the server. */
  public synchronized S3Client client() {
    if (client == null) {
      client =
          S3Client.builder()
              .endpointOverride(endpoint())
              .forcePathStyle(true)
              .region(Region.US_EAST_1)
              .httpClient(http)
              .credentialsProvider(
                  StaticCredentialsProvider.create(
                      AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
              .build();
    }
    return client;
  }

  /** A new bucket with a name of its own. */
  public String createBucket() {
    String name = "test-" + ProcessHandle.current().pid() + "-" + BUCKETS.incrementAndGet();
    client().createBucket(b -> b.bucket(name));
    return name;
  }

  /**
   * Stores an object.
   *
   * @return its ETag, with quotes
   */
  public String put(String bucket, String key, byte[] content) {
    return client()
        .putObject(b -> b.bucket(bucket).key(key), RequestBody.fromBytes(content))
        .eTag();
  }

  /** Removes an object. */
  public void delete(String bucket, String key) {
    client().deleteObject(b -> b.bucket(bucket).key(key));
  }

  /** Ends the server as a crash does; its port then refuses connections, its data stays. */
  public void stop() {
    run(backend::stop);
  }

  /** Starts again after {@link #stop}, on the same port and data. */
  public void startAgain() {
    run(backend::start);
    Await.until(
        backend.describe() + " lists its buckets",
        START,
        () -> client().listBuckets().sdkHttpResponse().isSuccessful());
  }

  /** Holds the server: connections stay open and get no answer. Not for {@link Kind#EMBEDDED}. */
  public void pause() {
    run(backend::pause);
  }

  /** Goes on after {@link #pause}. */
  public void resume() {
    run(backend::resume);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending: the hook does it.
      return;
    }
    closeBackend();
  }

  private void closeBackend() {
    synchronized (this) {
      if (client != null) {
        client.close();
      }
    }
    http.close();
    backend.close();
  }

  private interface Action {
    void run() throws IOException, InterruptedException;
  }

  private static void run(Action action) {
    try {
      action.run();
    } catch (IOException e) {
      throw new IllegalStateException("the test's S3 server: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
