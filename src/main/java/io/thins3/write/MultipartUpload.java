package io.thins3.write;

import io.thins3.store.ChecksumAlgorithm;
import io.thins3.store.Content;
import io.thins3.store.StoreException;
import io.thins3.store.UploadedPart;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An upload in parts that was begun. Thread-safe. */
final class MultipartUpload {
  /**
   * Parts of one file under way at once: three hide 30 ms of distance, and a store that is slow for
   * one of them does not stop the others.
   */
  static final int MOST_UNDER_WAY = 6;

  private static final Logger log = LoggerFactory.getLogger(MultipartUpload.class);

  private final Publisher publisher;
  private final String key;
  private final String id;
  private final @Nullable ChecksumAlgorithm algorithm;

  private MultipartUpload(
      Publisher publisher, String key, String id, @Nullable ChecksumAlgorithm algorithm) {
    this.publisher = publisher;
    this.key = key;
    this.id = id;
    this.algorithm = algorithm;
  }

  /** Begins one; waits. */
  static MultipartUpload begin(
      Publisher publisher,
      String key,
      Map<String, String> headers,
      @Nullable ChecksumAlgorithm algorithm)
      throws StoreException {
    String id = publisher.writer().beginUpload(key, headers, algorithm);
    return new MultipartUpload(publisher, key, id, algorithm);
  }

  String key() {
    return key;
  }

  String id() {
    return id;
  }

  /** The algorithm of the whole object's checksum, or null when it has none. */
  @Nullable ChecksumAlgorithm algorithm() {
    return algorithm;
  }

  /** Sends a part; waits. */
  UploadedPart send(int number, Content content) throws StoreException {
    UploadedPart part = publisher.writer().uploadPart(key, id, number, content);
    publisher.counters().parts.increment();
    publisher.counters().bytes.add(content.length());
    return part;
  }

  /** Copies a part of a published object; waits. */
  UploadedPart copy(int number, FileVersion source, long offset, long length)
      throws StoreException {
    UploadedPart part =
        publisher.writer().copyPart(key, id, number, source.key(), source.etag(), offset, length);
    publisher.counters().copiedParts.increment();
    return part;
  }

  /** Gives it up: the store frees its parts. Not waited for. */
  void abort() {
    publisher
        .executor()
        .execute(
            () -> {
              try {
                publisher.writer().abortUpload(key, id);
              } catch (StoreException e) {
                log.warn("an upload is left behind, which the store may keep: {}", e.getMessage());
              }
            });
  }

  /** Waits for something that ends by the store's deadlines. */
  static <T> T await(CompletableFuture<T> future, WriteSettings settings) throws WriteException {
    boolean interrupted = false;
    long end = System.nanoTime() + settings.deadline().toNanos();
    try {
      while (true) {
        try {
          return future.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true; // the work goes on to its end
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StoreException failure) {
        throw WriteException.of(failure);
      }
      if (e.getCause() instanceof WriteException failure) {
        throw failure;
      }
      throw new IllegalStateException("an upload failed", e.getCause());
    } catch (TimeoutException e) {
      throw new WriteException(
          WriteException.Kind.TIMEOUT, "no progress within " + settings.deadline(), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
