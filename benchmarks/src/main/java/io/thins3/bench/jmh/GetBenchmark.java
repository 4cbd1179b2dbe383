package io.thins3.bench.jmh;

import io.thins3.config.HttpClientKind;
import io.thins3.store.ObjectBody;
import io.thins3.store.S3ObjectStore;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * A ranged GET into direct memory, as the read engine asks for it, by each HTTP client. The server
 * runs in the same process on other threads; CPU is that of the thread that reads alone.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class GetBenchmark {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final double GIB = 1 << 30;

  /** What sends it. */
  @Param({"NATIVE", "APACHE"})
  public HttpClientKind client = HttpClientKind.NATIVE;

  /** Its range: what a random read asks for, and a stream. */
  @Param({"131072", "8388608"})
  public int bytes = 8 << 20;

  @SuppressWarnings("NullAway.Init")
  private ByteBuffer destination;

  @SuppressWarnings("NullAway.Init")
  private LocalServer server;

  @SuppressWarnings("NullAway.Init")
  private S3ObjectStore store;

  /** CPU time of the thread that reads. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Cpu {
    private long begun;
    private long nanos;
    private long bytes;
    private int iterations = 1;

    /** Begins anew with each iteration. */
    @Setup(Level.Iteration)
    public void begin(BenchmarkParams params) {
      iterations = params.getMeasurement().getCount();
      begun = THREADS.getCurrentThreadCpuTime();
      bytes = 0;
    }

    /** Ends the iteration. */
    @TearDown(Level.Iteration)
    public void end() {
      nanos = THREADS.getCurrentThreadCpuTime() - begun;
    }

    /** Seconds of user and system time for a GiB: this iteration's part, for JMH adds them up. */
    public double cpuSecondsPerGiB() {
      return bytes == 0 ? 0 : nanos / 1e9 / (bytes / GIB) / iterations;
    }
  }

  /** Starts the server. */
  @Setup
  public void start() throws Exception {
    server = new LocalServer(new byte[0]);
    store =
        S3ObjectStore.open(
            Setups.mount(server.endpoint(), client, Duration.ofMinutes(1), Duration.ofSeconds(1)));
    destination = ByteBuffer.allocateDirect(bytes);
  }

  /** Stops it. */
  @TearDown
  public void stop() throws Exception {
    store.close();
    server.close();
  }

  /** One GET, to its last byte. */
  @Benchmark
  public ByteBuffer get(Cpu cpu) throws Exception {
    destination.clear();
    try (ObjectBody body = store.get("object", "\"d41d8cd98f00b204e9800998ecf8427e\"", 0, bytes)) {
      while (destination.hasRemaining()) {
        body.read(destination);
      }
    }
    cpu.bytes += bytes;
    return destination;
  }
}
