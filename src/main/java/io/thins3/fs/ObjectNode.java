package io.thins3.fs;

import io.thins3.fuse.Node;
import io.thins3.meta.Metadata.FileMetadata;
import io.thins3.meta.Names;
import io.thins3.write.WrittenFile;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A node in a bucket. Compared by identity: {@link NodeTable} gives one node per incarnation for as
 * long as anybody holds it.
 */
abstract sealed class ObjectNode implements Node {
  private final Bucket bucket;
  private volatile String path;

  private ObjectNode(Bucket bucket, String path) {
    this.bucket = bucket;
    this.path = path;
  }

  final Bucket bucket() {
    return bucket;
  }

  /**
   * Path in the bucket's tree, without leading or trailing slash; empty for the root. Changes when
   * it is renamed through this mount.
   */
  final String path() {
    return path;
  }

  /** It was renamed through this mount. Only for {@link NodeTable}. */
  final void moveTo(String path) {
    this.path = path;
  }

  /** Where it lies in the mount, for the log. */
  @Override
  public final String toString() {
    String root = bucket.mount().path();
    return path.isEmpty() ? root : (root.equals("/") ? "" : root) + "/" + path;
  }

  /** A directory. */
  static final class DirectoryNode extends ObjectNode {
    DirectoryNode(Bucket bucket, String path) {
      super(bucket, path);
    }

    @Override
    public @Nullable String disposableName() {
      return path().isEmpty() ? null : Names.last(path());
    }
  }

  /** One version of a file. What can change of it is when it was stored last. */
  static final class FileNode extends ObjectNode {
    private final AtomicInteger openHandles = new AtomicInteger();
    private volatile FileMetadata version;
    private volatile @Nullable WrittenFile writing;

    /** Tells whether what was read for the handles so far was found wrong. Guarded by this. */
    private BooleanSupplier corruption = () -> false;

    FileNode(Bucket bucket, String path, FileMetadata version) {
      super(bucket, path);
      this.version = version;
    }

    @Override
    public @Nullable String disposableName() {
      return isOpen() || writing != null ? null : Names.last(path());
    }

    FileMetadata version() {
      return version;
    }

    /** What is being written to it, or null when nobody has it open for writing. */
    @Nullable WrittenFile writing() {
      return writing;
    }

    /** From now on it is written. */
    void write(WrittenFile file) {
      writing = file;
    }

    /** It is not written any more. */
    synchronized void written(WrittenFile file) {
      if (writing == file) {
        writing = null;
      }
    }

    /** This mount has published another version: the file stays the same. */
    synchronized void published(FileMetadata own) {
      version = own;
    }

    /**
     * The same version was found again: it may have been stored anew since, with the same content.
     */
    synchronized void found(FileMetadata again) {
      // An old listing is no news.
      if (again.etag().equals(version.etag())
          && again.lastModified().isAfter(version.lastModified())) {
        version = again;
      }
    }

    /**
     * A handle was opened.
     *
     * @param corruption tells whether what is read for it is found wrong
     * @return whether the pages that the kernel may have of this version are right
     */
    synchronized boolean opened(BooleanSupplier corruption) {
      openHandles.incrementAndGet();
      boolean right = !this.corruption.getAsBoolean();
      this.corruption = corruption;
      return right;
    }

    /** A handle was released. */
    void released() {
      openHandles.decrementAndGet();
    }

    boolean isOpen() {
      return openHandles.get() > 0;
    }
  }
}
