package io.thins3.fs;

import io.thins3.fs.ObjectNode.FileNode;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.OpenFlags;
import io.thins3.fuse.ReadReply;
import io.thins3.fuse.WriteReply;
import io.thins3.meta.Metadata.FileMetadata;
import io.thins3.meta.Names;
import io.thins3.read.ObjectReader;
import io.thins3.read.ReadEngine;
import io.thins3.store.ObjectInfo;
import io.thins3.store.ObjectStore;
import io.thins3.store.StoreException;
import io.thins3.write.FileVersion;
import io.thins3.write.WriteCompletion;
import io.thins3.write.WriteEngine;
import io.thins3.write.WriteException;
import io.thins3.write.WrittenFile;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The files of one bucket that are open for writing: each node has one {@link WrittenFile} while
 * any handle writes it, which all handles share.
 *
 * <pre>
 *   open, create ──► node.writing ── the last handle is released ──► published? gone
 *        flush ──► publish ──► node.version, tree: what others see
 * </pre>
 *
 * <p>Thread-safe. {@link #write} and {@link #read} do not wait.
 */
final class FileWriting {
  /** Linux' numbers (linux/falloc.h). */
  private static final int FALLOC_FL_KEEP_SIZE = 1;

  private static final int FALLOC_FL_PUNCH_HOLE = 2;
  private static final int FALLOC_FL_ZERO_RANGE = 16;

  private final Bucket bucket;
  private final ObjectStore store;
  private final WriteEngine engine;
  private final ReadEngine readers;
  private final Executor waiting;
  private final Clock clock;
  private final Duration deadline;

  /** New files that no listing can have yet, by path. */
  private final Map<String, FileNode> unpublished = new ConcurrentHashMap<>();

  /** How many handles write a file. Guarded by itself. */
  private final Map<WrittenFile, Integer> handles = new ConcurrentHashMap<>();

  /**
   * @param deadline longest wait for bytes of the store
   */
  FileWriting(
      Bucket bucket,
      ObjectStore store,
      WriteEngine engine,
      ReadEngine readers,
      Clock clock,
      Duration deadline) {
    this.bucket = bucket;
    this.store = store;
    this.engine = engine;
    this.readers = readers;
    this.waiting = engine.readers();
    this.clock = clock;
    this.deadline = deadline;
  }

  /** Opens a file that is there. */
  OpenWrite open(FileNode node, int flags) throws FuseException {
    boolean cut = (flags & OpenFlags.O_TRUNC) != 0;
    WrittenFile file = join(node);
    if (file == null) {
      FileMetadata known = node.version();
      if (!cut) {
        verify(node, known);
      }
      file = join(node, known);
    }
    OpenWrite handle = new OpenWrite(node, file, new FollowingReader(node, readers));
    if (cut) {
      boolean good = false;
      try {
        file.resize(0);
        good = true;
      } catch (WriteException e) {
        throw ErrnoMapping.onWrite(e);
      } finally {
        if (!good) {
          release(handle);
        }
      }
    }
    return handle;
  }

  /**
   * What is copied from must be there; who writes to an old version would lose everything at
   * close(2).
   */
  private void verify(FileNode node, FileMetadata known) throws FuseException {
    String key = bucket.key(node.path());
    Optional<ObjectInfo> now;
    try {
      now = store.head(key);
    } catch (StoreException e) {
      throw ErrnoMapping.onPath(e);
    }
    if (now.isEmpty() || !now.get().etag().equals(known.etag())) {
      bucket.tree().forget(node.path(), known.etag(), known.size());
      throw new FuseException(Errno.ESTALE); // the kernel looks the name up and opens again
    }
  }

  /**
   * Creates a file and opens it; nothing is sent before it is published.
   *
   * @param path where nothing is, as far as is known
   * @param exclusive nobody else may create it: O_EXCL
   */
  OpenWrite create(String path, boolean exclusive) throws FuseException {
    String key = bucket.key(path);
    if (exclusive) {
      try {
        if (store.head(key).isPresent()) {
          bucket.tree().refresh(path);
          throw new FuseException(Errno.EEXIST);
        }
      } catch (StoreException e) {
        throw ErrnoMapping.onPath(e);
      }
    }
    FileMetadata none = new FileMetadata(0, "", clock.instant().truncatedTo(ChronoUnit.SECONDS));
    synchronized (handles) {
      FileNode node = bucket.nodes().created(path, none);
      if (node.writing() != null) {
        throw new FuseException(Errno.EEXIST); // another one was faster
      }
      WrittenFile file =
          engine.open(key, Map.of(), null, exclusive, version -> published(node, version));
      node.write(file);
      handles.put(file, 1);
      unpublished.put(path, node);
      return new OpenWrite(node, file, new FollowingReader(node, readers));
    }
  }

  private @Nullable WrittenFile join(FileNode node) {
    synchronized (handles) {
      WrittenFile file = node.writing();
      if (file != null) {
        handles.merge(file, 1, Integer::sum);
      }
      return file;
    }
  }

  private WrittenFile join(FileNode node, FileMetadata known) {
    synchronized (handles) {
      WrittenFile file = join(node);
      if (file == null) {
        FileVersion version =
            new FileVersion(
                bucket.key(node.path()), known.etag(), known.size(), known.lastModified());
        file =
            engine.open(version.key(), Map.of(), version, false, stored -> published(node, stored));
        node.write(file);
        handles.put(file, 1);
      }
      return file;
    }
  }

  /** The new file at a path that is not published yet, or null. */
  @Nullable FileNode unpublished(String path) {
    return unpublished.get(path);
  }

  /** The names of the new files in a directory that are not published yet. */
  List<String> unpublishedIn(String directory) {
    List<String> names = new ArrayList<>();
    for (String path : unpublished.keySet()) {
      if (Names.parent(path).equals(directory)) {
        names.add(Names.last(path));
      }
    }
    return names;
  }

  /** Whether a directory has new files at or below it that are not published yet. */
  boolean hasUnpublished(String directory) {
    return unpublished.keySet().stream().anyMatch(path -> Names.isAtOrBelow(path, directory));
  }

  /** Writes; does not wait. */
  void write(OpenWrite handle, long offset, ByteBuffer data, WriteReply reply) {
    handle
        .file()
        .write(
            offset,
            data,
            new WriteCompletion() {
              @Override
              public void written() {
                reply.written();
              }

              @Override
              public void failed(WriteException failure) {
                reply.error(ErrnoMapping.onWrite(failure).errno());
              }
            });
  }

  /** Reads a file that has changes which are not published; does not wait. */
  void read(NodeHandle handle, WrittenFile file, long offset, int size, ReadReply reply) {
    waiting.execute(
        () -> {
          ByteBuffer answer;
          try {
            answer =
                file.read(offset, size, (version, at, target) -> readPublished(handle, at, target));
          } catch (WriteException e) {
            reply.error(ErrnoMapping.onWrite(e).errno());
            return;
          } catch (RuntimeException | Error e) {
            reply.error(Errno.EIO);
            throw e;
          }
          reply.data(List.of(answer));
        });
  }

  private void readPublished(NodeHandle handle, long offset, ByteBuffer target)
      throws WriteException {
    ObjectReader reader = handle.reader().reader();
    long at = offset;
    while (target.hasRemaining()) {
      int count = Math.min(target.remaining(), ReadEngine.LONGEST_READ);
      at += WaitingRead.read(reader, at, target.slice(target.position(), count), deadline);
      target.position(target.position() + count);
    }
  }

  /** Publishes what was written; waits until it is an object. */
  void publish(WrittenFile file) throws FuseException {
    try {
      file.publish();
    } catch (WriteException e) {
      throw ErrnoMapping.onWrite(e);
    }
  }

  /** Another version is in the store, from now on for all who ask. */
  private void published(FileNode node, FileVersion version) {
    FileMetadata metadata = new FileMetadata(version.size(), version.etag(), version.storedAt());
    String path = node.path();
    bucket.overlay().written(path);
    node.published(metadata); // first: who finds the version has its node
    bucket.tree().changed(path, metadata);
    bucket.extendedAttributes().refresh(path);
    unpublished.remove(path, node);
  }

  /** Cuts or lengthens a file, by a handle or by its path: then it is published at once. */
  void resize(FileNode node, @Nullable OpenWrite handle, long size) throws FuseException {
    if (handle != null) {
      resize(handle.file(), size);
      return;
    }
    OpenWrite own = open(node, size == 0 ? OpenFlags.O_TRUNC : 0);
    try {
      if (size != 0) {
        resize(own.file(), size);
      }
      if (isAlone(own.file())) {
        publish(own.file());
      }
    } finally {
      release(own);
    }
  }

  private boolean isAlone(WrittenFile file) {
    synchronized (handles) {
      return handles.getOrDefault(file, 0) == 1;
    }
  }

  private static void resize(WrittenFile file, long size) throws FuseException {
    try {
      file.resize(size);
    } catch (WriteException e) {
      throw ErrnoMapping.onWrite(e);
    }
  }

  /** Allocates, or makes a range of zeros. */
  void allocate(OpenWrite handle, int mode, long offset, long length) throws FuseException {
    boolean keepSize = (mode & FALLOC_FL_KEEP_SIZE) != 0;
    boolean punch = (mode & FALLOC_FL_PUNCH_HOLE) != 0;
    boolean zero = (mode & FALLOC_FL_ZERO_RANGE) != 0;
    if ((mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE)) != 0) {
      throw new FuseException(Errno.EOPNOTSUPP);
    }
    try {
      if (punch || zero) {
        handle.file().clear(offset, length, keepSize || punch);
      } else if (!keepSize && offset + length > handle.file().size()) {
        handle.file().resize(offset + length);
      }
    } catch (WriteException e) {
      throw ErrnoMapping.onWrite(e);
    }
  }

  /** Waits for what is being published below a directory. */
  void settle(String directory) throws FuseException {
    String prefix = bucket.key(directory.isEmpty() ? "" : directory + "/");
    for (WrittenFile file : engine.files()) {
      if (file.key().startsWith(prefix)) {
        try {
          file.settle();
        } catch (WriteException e) {
          throw ErrnoMapping.onWrite(e);
        }
      }
    }
  }

  /** The name of a file is gone, or will be that of another. */
  void unlinked(FileNode node) throws FuseException {
    unpublished.remove(node.path(), node);
    WrittenFile file = node.writing();
    if (file != null) {
      try {
        file.unlink();
      } catch (WriteException e) {
        throw ErrnoMapping.onWrite(e);
      }
    }
  }

  /** What lay at and below a path lies elsewhere now. */
  void moved(String from, String to) {
    for (Map.Entry<String, FileNode> entry : Map.copyOf(unpublished).entrySet()) {
      String path = entry.getKey();
      if (Names.isAtOrBelow(path, from) && unpublished.remove(path, entry.getValue())) {
        unpublished.put(to + path.substring(from.length()), entry.getValue());
      }
    }
  }

  /**
   * Ends a handle; what it left unpublished (a mapping's last pages) is published by another
   * thread.
   */
  void release(OpenWrite handle) {
    handle.reader().close();
    WrittenFile file = handle.file();
    if (file.isChanged() && !file.isUnlinked() && file.failure() == null && isAlone(file)) {
      waiting.execute(
          () -> {
            try {
              publish(file);
            } catch (FuseException e) {
              org.slf4j.LoggerFactory.getLogger(FileWriting.class)
                  .error("{} was not published: {}", handle.node(), e.getMessage());
            } finally {
              leave(handle.node(), file);
            }
          });
    } else {
      leave(handle.node(), file);
    }
  }

  private void leave(FileNode node, WrittenFile file) {
    synchronized (handles) {
      int left = handles.merge(file, -1, Integer::sum);
      if (left > 0) {
        return;
      }
      handles.remove(file);
      node.written(file);
      unpublished.remove(node.path(), node);
    }
    if (file.published() == null) {
      bucket.nodes().dropped(node);
    }
    engine.close(file);
  }

  /** Publishes everything, as far as the time goes. */
  void drain() throws InterruptedException {
    List<WrittenFile> files;
    synchronized (handles) {
      files = List.copyOf(handles.keySet());
    }
    for (WrittenFile file : files) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      try {
        file.publish();
      } catch (WriteException e) {
        ErrnoMapping.onWrite(e);
      }
    }
  }
}
