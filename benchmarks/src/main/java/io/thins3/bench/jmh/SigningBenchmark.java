package io.thins3.bench.jmh;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Signature V4 as the SDK makes it, alone and within its whole pipeline. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SigningBenchmark {
  private static final int PART_BYTES = 8 << 20;

  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
  private final AwsCredentialsIdentity identity =
      AwsCredentialsIdentity.create(Setups.ACCESS_KEY, Setups.SECRET_KEY);
  private final URI address = URI.create("http://127.0.0.1:9000/bench/datasets/train/x.jpeg");
  private final byte[] part = new byte[PART_BYTES];
  private final S3Client sdk =
      Setups.sdk(URI.create("http://127.0.0.1:1"))
          .httpClient(
              new CannedHttpClient(
                  new byte[0],
                  Map.of(
                      "Content-Length",
                      List.of("4096"),
                      "ETag",
                      List.of("\"d41d8cd98f00b204e9800998ecf8427e\""),
                      "Last-Modified",
                      List.of("Mon, 23 Nov 2026 09:00:00 GMT"))))
          .build();

  /** Closes the client. */
  @TearDown
  public void stop() {
    sdk.close();
  }

  private SdkHttpFullRequest request(SdkHttpMethod method) {
    return SdkHttpFullRequest.builder()
        .method(method)
        .uri(address)
        .putHeader("Range", "bytes=0-8388607")
        .putHeader("If-Match", "\"d41d8cd98f00b204e9800998ecf8427e\"")
        .build();
  }

  /** A ranged GET: no body. */
  @Benchmark
  public SignedRequest get() {
    return signer.sign(
        r ->
            r.identity(identity)
                .request(request(SdkHttpMethod.GET))
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false));
  }

  /** A PUT of 8 MiB with the hash of its body in the signature, as over plain http. */
  @Benchmark
  public SignedRequest putHashing8MiB() {
    return signer.sign(
        r ->
            r.identity(identity)
                .request(request(SdkHttpMethod.PUT))
                .payload(
                    ContentStreamProvider.fromInputStreamSupplier(
                        () -> new ByteArrayInputStream(part)))
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false));
  }

  /** HEAD through the whole pipeline of the SDK, the answer already in memory. */
  @Benchmark
  public HeadObjectResponse headThroughPipeline() {
    return sdk.headObject(b -> b.bucket(Setups.BUCKET).key("datasets/train/x.jpeg"));
  }
}
