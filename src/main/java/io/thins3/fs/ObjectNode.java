package io.thins3.fs;

import io.thins3.fuse.Node;
import io.thins3.meta.Metadata.FileMetadata;

/**
 * A node in a bucket. Compared by identity: {@link NodeTable} gives one node per incarnation for as
 * long as anybody holds it.
 */
abstract sealed class ObjectNode implements Node {
  private final Bucket bucket;
  private final String path;

  private ObjectNode(Bucket bucket, String path) {
    this.bucket = bucket;
    this.path = path;
  }

  final Bucket bucket() {
    return bucket;
  }

  /** Path in the bucket's tree, without leading or trailing slash; empty for the root. */
  final String path() {
    return path;
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
  }

  /** One version of a file. */
  static final class FileNode extends ObjectNode {
    private final FileMetadata version;

    FileNode(Bucket bucket, String path, FileMetadata version) {
      super(bucket, path);
      this.version = version;
    }

    FileMetadata version() {
      return version;
    }
  }
}
