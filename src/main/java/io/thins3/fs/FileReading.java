package io.thins3.fs;

import io.thins3.fs.ObjectNode.FileNode;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.OpenResult;
import io.thins3.fuse.ReadReply;
import io.thins3.read.ObjectVersion;
import io.thins3.read.ReadCompletion;
import io.thins3.read.ReadEngine;
import io.thins3.store.StoreException;
import io.thins3.store.StoreWait;
import io.thins3.write.WrittenFile;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads files: opens them, and answers READs from what is written or from the store. Thread-safe.
 */
final class FileReading {
  private final ReadEngine engine;
  private final Duration deadline;

  /**
   * @param deadline longest that an open waits for the store
   */
  FileReading(ReadEngine engine, Duration deadline) {
    this.engine = engine;
    this.deadline = deadline;
  }

  /** Opens a file for reading; waits until the store has shown the version. */
  OpenResult open(FileNode file) throws FuseException {
    FollowingReader reader = new FollowingReader(file, engine);
    if (file.writing() != null) {
      return new OpenResult(opened(file, reader, null), true, false);
    }
    Bucket bucket = file.bucket();
    boolean good = false;
    FileProgress progress;
    try {
      CompletableFuture<?> started = reader.reader().start();
      ObjectVersion version = Objects.requireNonNull(reader.version());
      progress = SiblingReadAhead.isSmall(version.size()) ? new FileProgress(version.size()) : null;
      bucket.siblings().opened(file.path(), version, progress);
      StoreWait.await(
          started, deadline, "open of s3://" + bucket.mount().bucket() + "/" + version.key());
      good = true;
    } catch (StoreException e) {
      throw onRead(file, e);
    } finally {
      if (!good) {
        reader.close();
      }
    }
    // A node is one version, so what the kernel has of it stays right, unless it came damaged.
    boolean keepCache = file.opened(reader.reader().corruption());
    return new OpenResult(new OpenFile(file, reader, progress), keepCache, false);
  }

  private static OpenFile opened(
      FileNode file, FollowingReader reader, @Nullable FileProgress progress) {
    file.opened(() -> false);
    return new OpenFile(file, reader, progress);
  }

  /** Reads; does not wait. */
  void read(NodeHandle open, long offset, int size, ReadReply reply) {
    WrittenFile written = open instanceof OpenWrite own ? own.file() : open.node().writing();
    FileWriting writing = open.node().bucket().writing();
    if (written != null && writing != null && !written.isClean()) {
      writing.read(open, written, offset, size, reply);
      return;
    }
    FileProgress progress = open instanceof OpenFile file ? file.progress() : null;
    if (progress != null) {
      progress.read(offset, size);
    }
    reply.onInterrupt(read(open, offset, size, reply, false));
  }

  private Runnable read(
      NodeHandle open, long offset, int size, ReadReply reply, boolean secondTime) {
    return open.reader()
        .read(
            offset,
            size,
            new ReadCompletion() {
              @Override
              public void data(List<ByteBuffer> buffers) {
                reply.data(buffers);
              }

              @Override
              public void failed(StoreException failure) {
                if (failure.isGone() && !secondTime && open.reader().isOutdated()) {
                  // Written or renamed through this mount since.
                  read(open, offset, size, reply, true);
                } else {
                  reply.error(onRead(open.node(), failure).errno());
                }
              }
            });
  }

  /**
   * A read found out that the version is gone: where the cache says otherwise it is wrong. Before
   * the failure counts as reported, so that nobody who finds it reported finds the version cached.
   */
  private static FuseException onRead(FileNode file, StoreException failure) {
    if (failure.isGone() && !failure.isReported()) {
      file.bucket().tree().forget(file.path(), file.version().etag(), file.version().size());
    }
    return ErrnoMapping.onKnownVersion(failure);
  }
}
