package io.thins3.cli;

import io.thins3.config.BucketMount;
import io.thins3.config.ConflictPolicy;
import io.thins3.config.StagingSettings;
import io.thins3.memory.MemoryBudget;
import io.thins3.store.ChecksumAlgorithm;
import io.thins3.store.ObjectStore;
import io.thins3.store.ObjectWriter;
import io.thins3.write.PartMemory;
import io.thins3.write.StagingDirectory;
import io.thins3.write.WriteCounts;
import io.thins3.write.WriteEngine;
import io.thins3.write.WriteSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What writes the files of a mount: memory and a staging directory that all buckets share, and the
 * threads that work on the disk.
 */
final class Writing implements AutoCloseable {
  /** The disk is no faster for more. */
  private static final int LOCAL_THREADS = 8;

  /** Reads of files that are being written wait for their turn, and perhaps for the store. */
  private static final int READ_THREADS = 32;

  private final PartMemory memory;
  private final StagingDirectory directory;
  private final ThreadPoolExecutor local;
  private final ThreadPoolExecutor readers;
  private final List<WriteEngine> engines = new CopyOnWriteArrayList<>();

  /** Prepares it; nothing is written anywhere. */
  Writing(MemoryBudget budget, StagingSettings staging, Map<String, String> environment) {
    this.memory = new PartMemory(budget);
    this.directory = new StagingDirectory(staging.directory(environment), staging.limit());
    this.local = threads("write-local-", LOCAL_THREADS);
    this.readers = threads("write-read-", READ_THREADS);
  }

  private static ThreadPoolExecutor threads(String name, int most) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            most,
            most,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, name + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /**
   * What writes a bucket's files.
   *
   * @param requests sends parts
   * @param deadline longest time without any progress
   */
  WriteEngine engine(
      BucketMount mount,
      ObjectStore store,
      ObjectWriter writer,
      Executor requests,
      Duration deadline) {
    WriteSettings settings =
        new WriteSettings(
            algorithm(mount), mount.uploads().conflict() == ConflictPolicy.FAIL, deadline);
    WriteEngine engine =
        new WriteEngine(
            store,
            writer,
            settings,
            memory,
            directory,
            requests,
            local,
            readers,
            Clock.systemUTC());
    engines.add(engine);
    return engine;
  }

  private static @Nullable ChecksumAlgorithm algorithm(BucketMount mount) {
    return switch (mount.uploads().checksum()) {
      case CRC32C -> ChecksumAlgorithm.CRC32C;
      case CRC64NVME -> ChecksumAlgorithm.CRC64NVME;
      case OFF -> null;
    };
  }

  /** What was done so far, in all buckets. */
  WriteCounts counts() {
    return engines.stream().map(WriteEngine::counts).reduce(WriteCounts.NONE, WriteCounts::plus);
  }

  /** Ends the threads, and takes the staging directory away where nothing is left in it. */
  @Override
  public void close() {
    local.shutdown();
    readers.shutdown();
    directory.close();
  }
}
