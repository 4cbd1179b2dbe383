package io.thins3.write;

import io.thins3.memory.MemoryBudget;
import io.thins3.store.ChecksumAlgorithm;
import io.thins3.testing.MemoryObjectStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** An engine on a store in memory, for tests. */
final class WriteBench implements AutoCloseable {
  static final int MIB = 1 << 20;

  final MemoryObjectStore store = new MemoryObjectStore();
  final MemoryBudget budget;
  final StagingDirectory directory;
  final WriteEngine engine;
  private final ExecutorService requests = Executors.newFixedThreadPool(8);
  private final ExecutorService local = Executors.newFixedThreadPool(2);

  WriteBench(Path staging, long memory, long stagingLimit, boolean failOnConflict) {
    budget = new MemoryBudget(memory, System::nanoTime, Runnable::run);
    directory = new StagingDirectory(staging, stagingLimit);
    engine =
        new WriteEngine(
            store,
            store,
            new WriteSettings(ChecksumAlgorithm.CRC32C, failOnConflict, Duration.ofSeconds(30)),
            new PartMemory(budget),
            directory,
            requests,
            local,
            local,
            Clock.systemUTC());
  }

  WrittenFile create(String key) {
    return engine.open(key, Map.of(), null, false, version -> {});
  }

  /** Opens what lies in the store. */
  WrittenFile open(String key) throws Exception {
    return engine.open(key, Map.of(), version(key), false, version -> {});
  }

  FileVersion version(String key) throws Exception {
    var info = store.head(key).orElseThrow();
    return new FileVersion(key, info.etag(), info.size(), info.lastModified());
  }

  static void write(WrittenFile file, long offset, byte[] data) throws WriteException {
    CompletableFuture<@Nullable WriteException> end = new CompletableFuture<>();
    file.write(
        offset,
        ByteBuffer.wrap(data),
        new WriteCompletion() {
          @Override
          public void written() {
            end.complete(null);
          }

          @Override
          public void failed(WriteException failure) {
            end.complete(failure);
          }
        });
    WriteException failure;
    try {
      failure = end.get(30, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("a write of " + data.length + " bytes at " + offset, e);
    }
    if (failure != null) {
      throw failure;
    }
  }

  byte[] read(WrittenFile file, long offset, int size) throws WriteException {
    ByteBuffer answer =
        file.read(
            offset,
            size,
            (version, at, target) -> {
              byte[] all = store.content(version.key());
              target.put(all, (int) at, target.remaining());
            });
    byte[] bytes = new byte[answer.remaining()];
    answer.get(bytes);
    return bytes;
  }

  @Override
  public void close() {
    requests.shutdownNow();
    local.shutdownNow();
    directory.close();
  }
}
