package io.thins3.bench.jmh;

import com.github.benmanes.caffeine.cache.Ticker;
import io.thins3.bench.process.Cleanup;
import io.thins3.bench.process.Directories;
import io.thins3.fs.ObjectFileSystem;
import io.thins3.fs.ServedBucket;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.FuseServer;
import io.thins3.fuse.Transport;
import io.thins3.fuse.libfuse.LibfuseTransport;
import io.thins3.fuse.linux.LinuxTransport;
import io.thins3.memory.MemoryBudget;
import io.thins3.meta.CacheLimits;
import io.thins3.read.ReadEngine;
import io.thins3.read.StoreRangeSource;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * System calls on a real mount of an in-memory store: kernel, transport, file system, caches. Needs
 * /dev/fuse. The mount ends with the benchmark, when it fails, and on Ctrl-C.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class FuseBenchmark {
  private static final long FILE_BYTES = 256L << 20;
  private static final int READ_BYTES = 128 << 10;

  /** The way to the kernel. */
  @Param({"linux", "libfuse"})
  @SuppressWarnings("NullAway.Init")
  public String transport;

  private final Cleanup cleanup = new Cleanup();
  private final Thread hook = new Thread(cleanup::close, "cleanup");
  private final ExecutorService executor = Executors.newFixedThreadPool(8, FuseBenchmark::daemon);
  private final AtomicLong absent = new AtomicLong();
  private final ByteBuffer block = ByteBuffer.allocateDirect(READ_BYTES);
  private long position;

  @SuppressWarnings("NullAway.Init")
  private Path mountPoint;

  @SuppressWarnings("NullAway.Init")
  private FileChannel file;

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "store");
    thread.setDaemon(true);
    return thread;
  }

  /** Mounts. */
  @Setup
  public void mount() throws Exception {
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      mount(Map.of("linux", new LinuxTransport(), "libfuse", new LibfuseTransport()));
    } catch (Exception e) {
      cleanup.close();
      throw e;
    }
  }

  private void mount(Map<String, Transport> transports) throws Exception {
    Map<String, Long> entries =
        IntStream.range(0, 1000)
            .mapToObj(Pages::key)
            .collect(Collectors.toMap(Function.identity(), key -> 4096L));
    MemoryStore store =
        new MemoryStore().with(entries).with(Map.of("large", FILE_BYTES, "single/file", 1L));
    mountPoint =
        cleanup
            .acquire(
                "mount point",
                () -> Files.createTempDirectory("thins3-jmh-"),
                Directories::deleteTree)
            .get();
    FileSystem fileSystem = Uncached.of(fileSystem(store));
    cleanup.acquire(
        "mount",
        () ->
            FuseServer.builder(fileSystem)
                .transport(Objects.requireNonNull(transports.get(transport), transport))
                .mountPoint(mountPoint)
                .fsName("thins3:jmh")
                .subtype("thins3")
                .options(options())
                .mount(),
        FuseServer::close);
    file = FileChannel.open(mountPoint.resolve("large"));
    cleanup.register("open file", file::close);
    try (Stream<Path> listed = Files.list(mountPoint.resolve("datasets/train"))) {
      if (listed.count() != entries.size()) {
        throw new IOException("the mount does not show what the store holds");
      }
    }
  }

  /** libfuse has a time of its own for what the kernel believes. */
  private List<String> options() {
    return transport.equals("libfuse") ? List.of("attr_timeout=0") : List.of();
  }

  private ObjectFileSystem fileSystem(MemoryStore store) {
    return new ObjectFileSystem(
        List.of(
            new ServedBucket(
                Setups.mount(
                    URI.create("http://127.0.0.1:1"), Duration.ofDays(1), Duration.ofDays(1)),
                store,
                null,
                executor,
                new StoreRangeSource(
                    store, executor, true, Duration.ofSeconds(30), Duration.ofSeconds(30)))),
        Clock.systemUTC(),
        Ticker.systemTicker(),
        CacheLimits.ofBytes(64 << 20),
        new ReadEngine(
            new MemoryBudget(64 << 20, System::nanoTime, executor),
            (delay, action) -> executor.execute(action),
            System::nanoTime,
            Duration.ofSeconds(30)),
        Duration.ofSeconds(30));
  }

  /** Unmounts. */
  @TearDown
  public void unmount() {
    cleanup.close();
    executor.shutdownNow();
    Runtime.getRuntime().removeShutdownHook(hook);
  }

  /** stat(2) of a file that is there: a GETATTR each, of what the metadata cache knows. */
  @Benchmark
  public BasicFileAttributes statOfExisting() throws IOException {
    return Files.readAttributes(mountPoint.resolve("single/file"), BasicFileAttributes.class);
  }

  /**
   * A lookup of a name that is not there, another one each time: no cache of the kernel knows it.
   */
  @Benchmark
  public boolean lookupOfAbsentName() {
    return Files.exists(mountPoint.resolve("datasets/train/absent-" + absent.getAndIncrement()));
  }

  /** A directory of 1,000 entries: opendir, readdir to its end, releasedir. */
  @Benchmark
  public long listOf1000() throws IOException {
    try (Stream<Path> entries = Files.list(mountPoint.resolve("datasets/train"))) {
      return entries.count();
    }
  }

  /** 128 KiB past the page cache, in order: a READ each. */
  @Benchmark
  public int readDirect128KiB() throws IOException {
    int count = file.read(block.clear(), position);
    position = (position + READ_BYTES) % FILE_BYTES;
    return count;
  }
}
