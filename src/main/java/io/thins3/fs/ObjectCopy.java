package io.thins3.fs;

import io.thins3.store.ObjectWriter;
import io.thins3.store.Precondition;
import io.thins3.store.StoreException;
import io.thins3.store.StoreWait;
import io.thins3.store.StoredObject;
import io.thins3.store.UploadedPart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Copies of objects within a bucket, of any size, without their bytes passing here. Thread-safe.
 */
final class ObjectCopy {
  /** A GiB takes a store about a second: far from any deadline, and few requests. */
  private static final long PART_BYTES = 1L << 30;

  private final ObjectWriter writer;
  private final Executor executor;
  private final Duration deadline;

  /**
   * @param executor copies parts; its tasks never wait for each other
   * @param deadline longest wait for one part
   */
  ObjectCopy(ObjectWriter writer, Executor executor, Duration deadline) {
    this.writer = writer;
    this.executor = executor;
    this.deadline = deadline;
  }

  /**
   * Copies an object; waits.
   *
   * @param etag the version
   * @param size its bytes
   * @param storageClass of the copy; null leaves it to the store
   * @param headers what is said of the object, for one that is copied in parts
   */
  StoredObject copy(
      String key,
      String etag,
      long size,
      String target,
      @Nullable String storageClass,
      Map<String, String> headers)
      throws StoreException {
    if (size <= UploadedPart.MOST_BYTES) {
      return writer.copy(key, etag, target, storageClass);
    }
    String upload = writer.beginUpload(target, headers, null);
    boolean good = false;
    try {
      List<CompletableFuture<UploadedPart>> parts = new ArrayList<>();
      for (long at = 0; at < size; at += PART_BYTES) {
        long from = at;
        int number = parts.size() + 1;
        CompletableFuture<UploadedPart> part = new CompletableFuture<>();
        executor.execute(
            () -> {
              try {
                long length = Math.min(PART_BYTES, size - from);
                part.complete(writer.copyPart(target, upload, number, key, etag, from, length));
              } catch (Throwable e) { // somebody waits
                part.completeExceptionally(e);
              }
            });
        parts.add(part);
      }
      List<UploadedPart> done = new ArrayList<>();
      for (CompletableFuture<UploadedPart> part : parts) {
        done.add(StoreWait.await(part, deadline, "a copy of " + key));
      }
      StoredObject copy = writer.completeUpload(target, upload, done, Precondition.NONE, null);
      good = true;
      return copy;
    } finally {
      if (!good) {
        writer.abortUpload(target, upload);
      }
    }
  }
}
