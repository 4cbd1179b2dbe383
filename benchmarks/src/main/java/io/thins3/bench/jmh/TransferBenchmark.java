package io.thins3.bench.jmh;

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
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * PUT of 8 MiB to a server on the loopback interface, which runs in the same process on another
 * thread: on two cores the time is the client's, CPU figures of the process are both's.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class TransferBenchmark {
  private static final int BYTES = 8 << 20;

  private final byte[] body = new byte[BYTES];

  @SuppressWarnings("NullAway.Init")
  private LocalServer server;

  @SuppressWarnings("NullAway.Init")
  private S3Client sdk;

  /** Starts the server. */
  @Setup
  public void start() throws Exception {
    server = new LocalServer(new byte[0]);
    sdk = Setups.sdk(server.endpoint()).build();
  }

  /** Stops it. */
  @TearDown
  public void stop() throws Exception {
    sdk.close();
    server.close();
  }

  /** A PUT from the heap through the SDK, its body hashed as over plain http. */
  @Benchmark
  public PutObjectResponse put() {
    return sdk.putObject(b -> b.bucket(Setups.BUCKET).key("object"), RequestBody.fromBytes(body));
  }
}
