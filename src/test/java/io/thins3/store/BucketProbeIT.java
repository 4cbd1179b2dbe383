package io.thins3.store;

import static io.thins3.store.StoreFixture.fixed;
import static io.thins3.store.StoreFixture.mount;
import static io.thins3.store.StoreFixture.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.config.BucketMount;
import io.thins3.config.Credentials;
import io.thins3.config.ExitCode;
import io.thins3.config.HttpSettings;
import io.thins3.store.ProbeResult.Outcome;
import io.thins3.testing.Await;
import io.thins3.testing.FaultProxy;
import io.thins3.testing.S3Server;
import io.thins3.testing.ScriptedS3;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class BucketProbeIT {
  private static final S3Server SERVER = S3Server.shared();
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final String bucket = SERVER.createBucket();

  private static ProbeResult probe(BucketMount mount) throws InterruptedException {
    return probe(mount, TIMEOUT);
  }

  private static ProbeResult probe(BucketMount mount, Duration timeout)
      throws InterruptedException {
    // The limits of a mount: the probe has none of its retries.
    try (S3ObjectStore store =
        open(mount, StoreLimits.of(HttpSettings.of(Duration.ofSeconds(30))))) {
      ProbeResult result = new BucketProbe(mount, store).run(timeout);
      assertThat(result.message()).doesNotContain("\n").doesNotContain("secret-key");
      return result;
    }
  }

  private BucketMount ours(Credentials credentials) {
    return mount(SERVER.endpoint(), bucket, "some/prefix/", credentials);
  }

  @Test
  void emptyBucket_rightCredentials_isOk() throws Exception {
    ProbeResult result = probe(ours(SERVER.credentials()));

    assertThat(result.isOk()).isTrue();
    assertThat(result.isDefinitive()).isTrue();
    assertThat(result.message()).isEmpty();
    assertThat(result.failure()).isNull();
  }

  @Test
  void bucket_missing_isSaidWithPlaceAndRemedy() throws Exception {
    ProbeResult result =
        probe(mount(SERVER.endpoint(), "missing-bucket", "", SERVER.credentials()));

    assertThat(result.outcome()).isEqualTo(Outcome.NO_SUCH_BUCKET);
    assertThat(result.exitCode()).isEqualTo(ExitCode.NO_SUCH_BUCKET);
    assertThat(result.isDefinitive()).isTrue();
    assertThat(result.message())
        .isEqualTo(
            "bucket missing-bucket does not exist at "
                + SERVER.endpoint()
                + " (NoSuchBucket): create it, or correct the bucket's name or the endpoint");
  }

  @Test
  void accessKey_unknown_isSaid() throws Exception {
    ProbeResult result = probe(ours(fixed("nobody", "the-secret-key")));

    assertThat(result.outcome()).isEqualTo(Outcome.BAD_CREDENTIALS);
    assertThat(result.exitCode()).isEqualTo(ExitCode.ACCESS_DENIED);
    assertThat(result.message())
        .contains("does not know the access key")
        .contains("s3://" + bucket + "/some/prefix/")
        .contains(SERVER.endpoint().toString());
  }

  @Test
  void secretKey_wrong_isSaid() throws Exception {
    ProbeResult result = probe(ours(fixed(SERVER.accessKey(), "the-secret-key")));

    assertThat(result.outcome()).isEqualTo(Outcome.BAD_CREDENTIALS);
    assertThat(result.message()).contains("the secret key is wrong");
  }

  @Test
  void anonymous_bucketThatIsNotPublic_isDenied() throws Exception {
    ProbeResult result = probe(ours(new Credentials.Anonymous()));

    assertThat(result.outcome()).isEqualTo(Outcome.ACCESS_DENIED);
    assertThat(result.exitCode()).isEqualTo(ExitCode.ACCESS_DENIED);
    assertThat(result.message()).contains("s3:ListBucket");
  }

  @Test
  void nobodyListens_isUnreachableAtOnceAndWorthRepeating() throws Exception {
    URI nobody = URI.create("http://127.0.0.1:1");

    ProbeResult result = probe(mount(nobody, bucket, "", SERVER.credentials()));

    assertThat(result.outcome()).isEqualTo(Outcome.UNREACHABLE);
    assertThat(result.isDefinitive()).isFalse();
    assertThat(result.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(result.message()).contains("http://127.0.0.1:1").contains("Connection refused");
  }

  @Test
  void host_unknown_isUnreachable() throws Exception {
    ProbeResult result =
        probe(mount(URI.create("http://no-such-host.invalid"), bucket, "", SERVER.credentials()));

    assertThat(result.outcome()).isEqualTo(Outcome.UNREACHABLE);
  }

  @Test
  void networkThatSaysNothing_isUnreachableAtTheDeadline() throws Exception {
    try (FaultProxy network = FaultProxy.inFrontOf(SERVER.endpoint())) {
      network.stallAfter(0, Integer.MAX_VALUE);
      long start = System.nanoTime();

      ProbeResult result =
          probe(
              mount(network.endpoint(), bucket, "", SERVER.credentials()), Duration.ofMillis(700));

      assertThat(result.outcome()).isEqualTo(Outcome.UNREACHABLE);
      // Far below the 30 s of the socket.
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }
  }

  @Test
  void interrupt_whileWaiting_endsTheProbe() throws Exception {
    try (FaultProxy network = FaultProxy.inFrontOf(SERVER.endpoint())) {
      network.stallAfter(0, Integer.MAX_VALUE);
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread prober =
          new Thread(
              () -> {
                try {
                  probe(
                      mount(network.endpoint(), bucket, "", SERVER.credentials()),
                      Duration.ofSeconds(100));
                } catch (Throwable e) {
                  thrown.set(e);
                }
              });
      prober.start();
      Await.until("connected", TIMEOUT, () -> network.accepted() > 0);

      prober.interrupt();

      prober.join(TimeUnit.SECONDS.toMillis(30));
      assertThat(prober.isAlive()).isFalse();
      assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void otherServer_thatAnswersHtml_isNotTheStore() throws Exception {
    try (ScriptedS3 web = ScriptedS3.start()) {
      for (int status : new int[] {200, 404}) {
        web.always(
            ScriptedS3.answer(
                status,
                java.util.Map.of("Content-Type", "text/html"),
                "<!doctype html><html><body>hello</body></html>"
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8)));

        ProbeResult result = probe(mount(web.endpoint(), bucket, "", SERVER.credentials()));

        assertThat(result.outcome()).as("status %s", status).isEqualTo(Outcome.NOT_THE_STORE);
        assertThat(result.message()).contains(web.endpoint().toString());
      }
    }
  }

  @Test
  void serverThatIsStarting_isWorthRepeating() throws Exception {
    try (ScriptedS3 starting = ScriptedS3.start()) {
      starting.always(ScriptedS3.error(503, "XMinioServerNotInitialized", "wait"));

      ProbeResult result = probe(mount(starting.endpoint(), bucket, "", SERVER.credentials()));

      assertThat(result.outcome()).isEqualTo(Outcome.UNREACHABLE);
      assertThat(starting.requests()).hasSize(1);
    }
  }

  @Test
  void otherRegion_isFollowedByTheProbeAndByTheStore() throws Exception {
    try (ScriptedS3 aws = ScriptedS3.start()) {
      aws.answering(
          request ->
              String.valueOf(request.headers().get("Authorization")).contains("/eu-west-3/s3/")
                  ? ScriptedS3.emptyListing()
                  : ScriptedS3.error(
                      301,
                      "PermanentRedirect",
                      "elsewhere",
                      java.util.Map.of("x-amz-bucket-region", "eu-west-3")));
      BucketMount mount = mount(aws.endpoint(), "bucket", "", SERVER.credentials());
      try (S3ObjectStore store = open(mount)) {
        assertThat(new BucketProbe(mount, store).run(TIMEOUT).isOk()).isTrue();
        store.list(ListRequest.directory(""));
      }

      assertThat(aws.requests()).hasSize(3);
    }
  }
}
