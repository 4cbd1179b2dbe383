package io.thins3.bench.jmh;

import io.thins3.store.ListPage;
import io.thins3.store.ListRequest;
import io.thins3.store.S3ObjectStore;
import java.net.URI;
import java.time.Duration;
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
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/** One page of a listing, 1,000 keys: request, signature, parsing. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ListingBenchmark {
  private final byte[] page = Pages.xml(Setups.BUCKET, 1000);
  private final S3Client sdk =
      Setups.sdk(URI.create("http://127.0.0.1:1"))
          .httpClient(
              new CannedHttpClient(
                  page,
                  Map.of(
                      "Content-Length",
                      List.of(Integer.toString(page.length)),
                      "Content-Type",
                      List.of("application/xml"))))
          .build();

  @SuppressWarnings("NullAway.Init")
  private LocalServer server;

  @SuppressWarnings("NullAway.Init")
  private S3ObjectStore store;

  /** Starts the server. */
  @Setup
  public void start() throws Exception {
    server = new LocalServer(page);
    store =
        S3ObjectStore.open(
            Setups.mount(server.endpoint(), Duration.ofMinutes(1), Duration.ofSeconds(1)));
  }

  /** Stops it. */
  @TearDown
  public void stop() throws Exception {
    store.close();
    sdk.close();
    server.close();
  }

  /** The SDK alone, the answer already in memory: pipeline, signature and unmarshalling. */
  @Benchmark
  public ListObjectsV2Response sdkWithoutNetwork() {
    return sdk.listObjectsV2(
        b -> b.bucket(Setups.BUCKET).prefix("datasets/train/").delimiter("/").encodingType("url"));
  }

  /** ThinS3's store, from a server on the loopback interface. */
  @Benchmark
  public ListPage store() throws Exception {
    return store.list(ListRequest.directory("datasets/train/"));
  }
}
