package io.thins3.fs;

import io.thins3.fs.ObjectNode.FileNode;
import io.thins3.meta.Metadata.FileMetadata;
import io.thins3.read.ObjectReader;
import io.thins3.read.ObjectVersion;
import io.thins3.read.ReadCompletion;
import io.thins3.read.ReadEngine;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Reads the object of a file: the version that its node has, which changes when the file is written
 * or renamed through this mount. Thread-safe; never waits.
 */
final class FollowingReader implements AutoCloseable {
  /**
   * Readers of earlier versions that are kept: a READ may just be about to use one, and has long
   * begun when so many others have followed.
   */
  private static final int KEPT = 4;

  private final FileNode node;
  private final ReadEngine engine;
  private final Deque<ObjectReader> earlier = new ArrayDeque<>(); // guarded by this
  private volatile @Nullable Current current;
  private boolean closed; // guarded by this

  private record Current(ObjectVersion version, ObjectReader reader) {}

  FollowingReader(FileNode node, ReadEngine engine) {
    this.node = node;
    this.engine = engine;
  }

  /** The reader of the version that the node has now. */
  ObjectReader reader() {
    Current now = current;
    return now != null && isOf(now.version) ? now.reader : another();
  }

  private boolean isOf(ObjectVersion version) {
    return version.etag().equals(node.version().etag())
        && version.size() == node.version().size()
        && version.key().equals(node.bucket().key(node.path()));
  }

  private synchronized ObjectReader another() {
    Current now = current;
    if (now != null && (closed || isOf(now.version))) {
      return now.reader;
    }
    FileMetadata wanted = node.version();
    ObjectVersion version =
        new ObjectVersion(node.bucket().key(node.path()), wanted.etag(), wanted.size());
    ObjectReader reader = engine.open(node.bucket().content(), version);
    current = new Current(version, reader);
    if (now != null) {
      earlier.addLast(now.reader);
      if (earlier.size() > KEPT) {
        earlier.removeFirst().close();
      }
    }
    return reader;
  }

  /** The version that is read, or null when nothing was read yet. */
  @Nullable ObjectVersion version() {
    Current now = current;
    return now == null ? null : now.version;
  }

  /** Whether the file is of another version by now than that which was read last. */
  boolean isOutdated() {
    Current now = current;
    return now != null && !isOf(now.version);
  }

  /** As {@link ObjectReader#read}. */
  Runnable read(long offset, int length, ReadCompletion completion) {
    return reader().read(offset, length, completion);
  }

  /** READs that are under way are still answered; others must not follow. */
  @Override
  public void close() {
    Current last;
    synchronized (this) {
      closed = true;
      last = current;
      earlier.forEach(ObjectReader::close);
      earlier.clear();
    }
    if (last != null) {
      last.reader.close();
    }
  }
}
