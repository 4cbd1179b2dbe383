package io.thins3.fs;

import io.thins3.config.BucketMount;
import io.thins3.fs.ObjectNode.DirectoryNode;
import io.thins3.fs.ObjectNode.FileNode;
import io.thins3.fuse.Attributes;
import io.thins3.fuse.Entry;
import io.thins3.fuse.FileType;
import io.thins3.meta.BucketTree;
import io.thins3.meta.Metadata;
import io.thins3.meta.Metadata.FileMetadata;
import io.thins3.read.RangeSource;
import io.thins3.write.WrittenFile;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One served bucket: its tree, its nodes, and how its files look. Thread-safe. */
final class Bucket {
  /**
   * How long the kernel may believe the root's attributes, so that {@code stat} of the mount point,
   * the liveness probe of a pod, reaches the process.
   */
  static final Duration ROOT_TTL = Duration.ofSeconds(1);

  /** How long the kernel may believe what a file that is being written looks like. */
  static final Duration WRITTEN_TTL = Duration.ofSeconds(1);

  private final BucketMount mount;
  private final RangeSource content;
  private final BucketTree tree;
  private final NodeTable nodes = new NodeTable(this);
  private final DirectoryNode root = new DirectoryNode(this, "");
  private final Instant mountTime;
  private final String inodeScope;
  private final SiblingReadAhead siblings;
  private final ExtendedAttributes extendedAttributes;
  private final AttributeOverlay overlay = new AttributeOverlay();
  private final @Nullable FileWriting writing;
  private final @Nullable Namespace namespace;

  /**
   * @param siblings makes the read-ahead for walks through this bucket
   * @param extendedAttributes makes those of this bucket
   * @param writing makes what writes its files, or null
   * @param namespace makes what changes its names, or null
   */
  Bucket(
      BucketMount mount,
      RangeSource content,
      BucketTree tree,
      Instant mountTime,
      Function<Bucket, SiblingReadAhead> siblings,
      Function<Bucket, ExtendedAttributes> extendedAttributes,
      Function<Bucket, @Nullable FileWriting> writing,
      Function<Bucket, @Nullable Namespace> namespace) {
    this.mount = mount;
    this.content = content;
    this.tree = tree;
    this.mountTime = mountTime;
    this.inodeScope = mount.bucket() + "/" + mount.prefix();
    this.siblings = siblings.apply(this);
    this.extendedAttributes = extendedAttributes.apply(this);
    this.writing = writing.apply(this);
    this.namespace = namespace.apply(this);
  }

  BucketMount mount() {
    return mount;
  }

  RangeSource content() {
    return content;
  }

  BucketTree tree() {
    return tree;
  }

  SiblingReadAhead siblings() {
    return siblings;
  }

  ExtendedAttributes extendedAttributes() {
    return extendedAttributes;
  }

  /** What writes files; null on a read-only mount. */
  @Nullable FileWriting writing() {
    return writing;
  }

  /** What programs have set that no object holds. */
  AttributeOverlay overlay() {
    return overlay;
  }

  /** What changes names; null on a read-only mount. */
  @Nullable Namespace namespace() {
    return namespace;
  }

  DirectoryNode root() {
    return root;
  }

  NodeTable nodes() {
    return nodes;
  }

  /** The whole key of a path. */
  String key(String path) {
    return mount.prefix() + path;
  }

  Entry entry(String path, Metadata metadata, Duration validFor) {
    ObjectNode node = nodes.node(path, metadata);
    if (node instanceof FileNode file && file.writing() != null) {
      return writtenEntry(file);
    }
    return new Entry(node, attributes(path, metadata), validFor, validFor);
  }

  /** The entry of a file that is being written. */
  Entry writtenEntry(FileNode file) {
    return new Entry(file, attributes(file), WRITTEN_TTL, WRITTEN_TTL);
  }

  Attributes attributes(ObjectNode node) {
    if (!(node instanceof FileNode file)) {
      return directoryAttributes(node.path());
    }
    WrittenFile written = file.writing();
    return written == null
        ? fileAttributes(file.path(), file.version())
        : attributes(
            file.path(),
            FileType.REGULAR,
            mount.fileMode(),
            written.size(),
            written.modified().truncatedTo(ChronoUnit.SECONDS));
  }

  /** What lies at a path, as it was found there. */
  Attributes attributes(String path, Metadata metadata) {
    return metadata instanceof FileMetadata version
        ? fileAttributes(path, version)
        : directoryAttributes(path);
  }

  long inode(String path) {
    return InodeNumber.of(inodeScope, path);
  }

  private Attributes fileAttributes(String path, FileMetadata version) {
    return attributes(
        path, FileType.REGULAR, mount.fileMode(), version.size(), version.lastModified());
  }

  private Attributes directoryAttributes(String path) {
    return attributes(path, FileType.DIRECTORY, mount.directoryMode(), 0, mountTime);
  }

  private Attributes attributes(
      String path, FileType type, int permissions, long size, Instant time) {
    Attributes stored =
        new Attributes(
            inode(path), type, permissions, 1, mount.uid(), mount.gid(), size, time, time, time);
    return writing == null ? stored : overlay.apply(path, stored);
  }
}
