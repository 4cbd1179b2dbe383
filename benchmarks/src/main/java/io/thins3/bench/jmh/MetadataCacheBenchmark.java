package io.thins3.bench.jmh;

import com.github.benmanes.caffeine.cache.Ticker;
import io.thins3.meta.BucketTree;
import io.thins3.meta.CacheLimits;
import io.thins3.meta.DirectoryReader;
import io.thins3.meta.Lookup;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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

/** Lookups and listings of the metadata cache; the store behind it answers at once. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MetadataCacheBenchmark {
  private static final String DIRECTORY = "datasets/train";

  private final MemoryStore store =
      new MemoryStore()
          .with(
              IntStream.range(0, 1000)
                  .mapToObj(Pages::key)
                  .collect(Collectors.toMap(Function.identity(), key -> 4096L)))
          .with(Map.of("single/file", 1L));
  private final ExecutorService executor =
      Executors.newFixedThreadPool(
          4,
          task -> {
            Thread thread = new Thread(task, "store");
            thread.setDaemon(true);
            return thread;
          });
  private final String name = Pages.key(500);

  @SuppressWarnings("NullAway.Init")
  private BucketTree listed;

  @SuppressWarnings("NullAway.Init")
  private BucketTree looked;

  @SuppressWarnings("NullAway.Init")
  private BucketTree uncached;

  private BucketTree tree(Duration ttl) {
    return new BucketTree(
        store,
        Setups.mount(URI.create("http://127.0.0.1:1"), ttl, ttl),
        executor,
        Ticker.systemTicker(),
        CacheLimits.ofBytes(64 << 20),
        Duration.ofSeconds(30));
  }

  /** Fills the caches. */
  @Setup
  public void fill() throws Exception {
    listed = tree(Duration.ofDays(1));
    listed.read(DIRECTORY).at(0);
    looked = tree(Duration.ofDays(1));
    looked.lookup(name);
    uncached = tree(Duration.ZERO);
  }

  /** Ends the threads. */
  @TearDown
  public void end() {
    executor.shutdownNow();
  }

  /** A name that a cached listing of its directory has. */
  @Benchmark
  public Lookup hitInListing() throws Exception {
    return listed.lookup(name);
  }

  /** A name that a cached listing shows not to be there. */
  @Benchmark
  public Lookup absentInListing() throws Exception {
    return listed.lookup(DIRECTORY + "/absent");
  }

  /** A name that was looked up before. */
  @Benchmark
  public Lookup hitInLookups() throws Exception {
    return looked.lookup(name);
  }

  /** A name that nothing is known of: HEAD and LIST at the same time, on other threads. */
  @Benchmark
  public Lookup miss() throws Exception {
    return uncached.lookup(name);
  }

  /** A cached listing. */
  @Benchmark
  public DirectoryReader.@Nullable Part listingHit() throws Exception {
    return listed.read(DIRECTORY).at(0);
  }

  /** A listing of 1,000 entries made from a page. */
  @Benchmark
  public DirectoryReader.@Nullable Part listingMiss() throws Exception {
    return uncached.read(DIRECTORY).at(0);
  }
}
