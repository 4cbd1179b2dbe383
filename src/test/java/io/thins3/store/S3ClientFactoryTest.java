package io.thins3.store;

import static io.thins3.store.StoreFixture.QUICK;
import static io.thins3.store.StoreFixture.SOME;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.config.BucketMount;
import io.thins3.config.HttpSettings;
import io.thins3.store.http.Origin;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.S3Client;

/** What requests look like where they go to AWS, without sending them. */
class S3ClientFactoryTest {
  /** Answers every request with an empty 200, and keeps it. */
  private static final class Recorder implements SdkHttpClient {
    final List<SdkHttpRequest> requests = new ArrayList<>();

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      requests.add(request.httpRequest());
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() {
          return HttpExecuteResponse.builder()
              .response(SdkHttpResponse.builder().statusCode(200).build())
              .build();
        }

        @Override
        public void abort() {}
      };
    }

    @Override
    public void close() {}
  }

  private final Recorder recorder = new Recorder();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void close() {
    timer.shutdownNow();
    System.clearProperty("aws.region");
  }

  private S3ClientFactory factory(
      @Nullable URI endpoint, @Nullable String region, boolean pathStyle) throws Exception {
    BucketMount like = StoreFixture.mount(endpoint, "my-bucket", "", SOME, region);
    BucketMount mount =
        new BucketMount(
            like.name(),
            like.path(),
            like.bucket(),
            like.prefix(),
            endpoint,
            region,
            SOME,
            pathStyle,
            true,
            0,
            0,
            0644,
            0755,
            Duration.ZERO,
            Duration.ZERO,
            false,
            true,
            true,
            HttpSettings.of(Duration.ofSeconds(30)));
    return new S3ClientFactory(
        mount,
        QUICK,
        recorder,
        SigningCredentials.of(SOME, Duration.ofSeconds(1), System::nanoTime),
        new SignatureV4(),
        timer,
        new AttemptCounters(),
        () -> false);
  }

  private SdkHttpRequest request(S3ClientFactory factory) {
    try (S3Client client = factory.create(factory.firstRegion(), 1)) {
      client.headObject(b -> b.bucket("my-bucket").key("a b+c"));
    }
    return recorder.requests.get(0);
  }

  @Test
  void aws_virtualHost_isTheBucketsHostInItsRegion() throws Exception {
    SdkHttpRequest request = request(factory(null, "eu-west-3", false));

    assertThat(request.getUri())
        .hasToString("https://my-bucket.s3.eu-west-3.amazonaws.com/a%20b%2Bc");
    assertThat(request.firstMatchingHeader("Authorization").orElseThrow())
        .contains("/eu-west-3/s3/aws4_request");
  }

  @Test
  void endpoint_pathStyle_hasTheBucketInThePath() throws Exception {
    SdkHttpRequest request = request(factory(URI.create("http://minio:9000"), null, true));

    assertThat(request.getUri()).hasToString("http://minio:9000/my-bucket/a%20b%2Bc");
    assertThat(request.firstMatchingHeader("Authorization").orElseThrow())
        .contains("/us-east-1/s3/aws4_request");
  }

  @Test
  void endpoint_virtualHost_hasTheBucketInTheHost() throws Exception {
    SdkHttpRequest request = request(factory(URI.create("http://minio:9000"), null, false));

    assertThat(request.getUri()).hasToString("http://my-bucket.minio:9000/a%20b%2Bc");
  }

  @Test
  void route_anyBucket_isWhereTheSdkSendsItsRequests() throws Exception {
    for (@Nullable URI endpoint :
        Arrays.<@Nullable URI>asList(null, URI.create("http://minio:9000"))) {
      for (boolean pathStyle : new boolean[] {true, false}) {
        S3ClientFactory factory = factory(endpoint, "eu-west-3", pathStyle);
        recorder.requests.clear();
        URI sent = request(factory).getUri();
        recorder.requests.clear();

        Route route = Objects.requireNonNull(factory.route("eu-west-3"));

        assertThat(route.origin()).isEqualTo(Origin.of(sent));
        assertThat(route.path() + "a%20b%2Bc").isEqualTo(sent.getRawPath());
        assertThat(recorder.requests).as("nothing is sent").isEmpty();
      }
    }
  }

  @Test
  void firstRegion_nothingGiven_isThatOfTheEnvironmentOrTheGuess() throws Exception {
    System.setProperty("aws.region", "eu-north-1");

    assertThat(factory(null, null, false).firstRegion()).isEqualTo("eu-north-1");
    assertThat(factory(null, "sa-east-1", false).firstRegion()).isEqualTo("sa-east-1");
    assertThat(factory(URI.create("http://minio:9000"), null, true).firstRegion())
        .isEqualTo("us-east-1");
  }

  @Test
  void requests_headers_nameThinS3AndAskForNoChecksum() throws Exception {
    SdkHttpRequest request = request(factory(URI.create("http://minio:9000"), null, true));

    assertThat(request.headers()).doesNotContainKey("x-amz-checksum-mode");
    assertThat(request.firstMatchingHeader("User-Agent").orElseThrow()).startsWith("thins3");
  }
}
