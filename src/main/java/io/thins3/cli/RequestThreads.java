package io.thins3.cli;

import io.thins3.config.BucketMount;
import io.thins3.fs.ServedBucket;
import io.thins3.read.StoreRangeSource;
import io.thins3.store.ObjectStore;
import io.thins3.store.ObjectWriter;
import io.thins3.write.WriteEngine;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads that wait for the store of one bucket: some for content, others for names and
 * attributes. A bucket that does not answer takes none of another's, and 56 bodies under way leave
 * a lookup its thread and its connection.
 *
 * <pre>
 *   READ, open ──► content: 56 ──┐
 *                                ├──► 64 connections
 *   lookup, list ► metadata: 16 ─┘    (8 that content cannot take)
 * </pre>
 *
 * <p>Threads come when they are needed and go after 30 s of idleness. Tasks of one pool never wait
 * for each other.
 */
final class RequestThreads implements AutoCloseable {
  /** All connections of a bucket but eight, or a lookup would wait for the end of a body. */
  static final int CONTENT = 56;

  /** {@code ls -lR} by a few programs; eight of them may find all other connections taken. */
  static final int METADATA = 16;

  private final ExecutorService content;
  private final ExecutorService metadata;

  /**
   * @param bucket names the threads
   */
  RequestThreads(String bucket) {
    this.content = threads("s3-" + bucket + "-", CONTENT);
    this.metadata = threads("s3-meta-" + bucket + "-", METADATA);
  }

  private static ExecutorService threads(String name, int most) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor executor =
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
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /** For content. */
  ExecutorService content() {
    return content;
  }

  /** For names and attributes. */
  ExecutorService metadata() {
    return metadata;
  }

  /**
   * A bucket whose requests run here.
   *
   * @param writer null on a read-only mount
   * @param engine the same
   * @param deadline longest time that a request for content may show no sign of life
   */
  ServedBucket served(
      BucketMount mount,
      ObjectStore store,
      @Nullable ObjectWriter writer,
      @Nullable WriteEngine engine,
      Duration deadline) {
    return new ServedBucket(
        mount,
        store,
        writer,
        engine,
        metadata,
        new StoreRangeSource(
            store, content, mount.http().verifyChecksums(), mount.http().ioTimeout(), deadline));
  }

  /** Interrupts what runs. */
  @Override
  public void close() {
    content.shutdownNow();
    metadata.shutdownNow();
  }
}
