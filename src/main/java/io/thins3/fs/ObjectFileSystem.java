package io.thins3.fs;

import com.github.benmanes.caffeine.cache.Ticker;
import io.thins3.fs.ObjectNode.DirectoryNode;
import io.thins3.fs.ObjectNode.FileNode;
import io.thins3.fuse.Attributes;
import io.thins3.fuse.Caller;
import io.thins3.fuse.DirectoryHandle;
import io.thins3.fuse.DirectorySink;
import io.thins3.fuse.Entry;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FileHandle;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.LookupResult;
import io.thins3.fuse.Node;
import io.thins3.fuse.NodeCounts;
import io.thins3.fuse.Notifier;
import io.thins3.fuse.OpenFlags;
import io.thins3.fuse.OpenResult;
import io.thins3.fuse.ReadReply;
import io.thins3.fuse.StatFs;
import io.thins3.meta.BucketTree;
import io.thins3.meta.CacheLimits;
import io.thins3.meta.Lookup;
import io.thins3.meta.Metadata;
import io.thins3.meta.Metadata.FileMetadata;
import io.thins3.meta.Names;
import io.thins3.meta.TreeCounts;
import io.thins3.read.ReadEngine;
import io.thins3.store.ObjectWriter;
import io.thins3.store.StoreException;
import io.thins3.write.WriteEngine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Buckets as a file system (docs/SEMANTICS.md says what each operation promises).
 *
 * <p>Thread-safe. Operations wait for the store where they must, {@link #read} never.
 */
public final class ObjectFileSystem extends Changes {
  /** An extended attribute that is never stored: setting it refreshes the file or directory. */
  public static final String REFRESH_ATTRIBUTE = "user.thins3.refresh";

  /** Bits of access(2): write permission. */
  private static final int W_OK = 2;

  /** A petabyte in blocks of 4 KiB: a bucket has no size, and {@code df} hides what has none. */
  private static final StatFs STAT_FS =
      new StatFs(4096, 1L << 38, 1L << 38, 1L << 32, 1L << 32, Names.MAX_COMPONENT_BYTES);

  private final List<Bucket> buckets;
  private final Node root;
  private final FileReading reading;
  private final SiblingCounters siblings = new SiblingCounters();
  private final KernelCaches kernel;
  private final TreeRefresh refresh;

  /**
   * Creates the file system.
   *
   * @param served the buckets; none: an empty directory
   * @param clock tells the time of the mount
   * @param ticker the clock of the caches
   * @param limits how much the metadata caches of all buckets together remember
   * @param engine reads the files; closed by whoever opened it
   * @param deadline longest that an operation waits for a store
   */
  public ObjectFileSystem(
      List<ServedBucket> served,
      Clock clock,
      Ticker ticker,
      CacheLimits limits,
      ReadEngine engine,
      Duration deadline) {
    this.reading = new FileReading(engine, deadline);
    this.kernel = new KernelCaches(ticker);
    Instant mountTime = Instant.ofEpochSecond(clock.instant().getEpochSecond());
    int count = Math.max(1, served.size());
    CacheLimits each = limits.dividedBy(count);
    Semaphore slots = new Semaphore(SiblingReadAhead.MOST_REQUESTS);
    this.buckets =
        served.stream()
            .map(
                one ->
                    new Bucket(
                        one.mount(),
                        one.content(),
                        new BucketTree(
                            one.store(), one.mount(), one.metadata(), ticker, each, deadline),
                        mountTime,
                        bucket -> new SiblingReadAhead(bucket, engine, slots, siblings, ticker),
                        bucket ->
                            new ExtendedAttributes(
                                bucket,
                                one.store(),
                                one.writer(),
                                one.metadata(),
                                ticker,
                                deadline),
                        bucket -> newWriting(bucket, one, engine, clock, deadline),
                        bucket -> newNamespace(bucket, one, deadline)))
            .toList();
    this.root = VirtualDirectory.of(buckets, mountTime);
    this.refresh = new TreeRefresh(root, kernel);
  }

  private static @Nullable FileWriting newWriting(
      Bucket bucket, ServedBucket served, ReadEngine engine, Clock clock, Duration deadline) {
    WriteEngine writer = served.engine();
    return writer == null
        ? null
        : new FileWriting(bucket, served.store(), writer, engine, clock, deadline);
  }

  private static @Nullable Namespace newNamespace(
      Bucket bucket, ServedBucket served, Duration deadline) {
    ObjectWriter writer = served.writer();
    FileWriting files = bucket.writing();
    if (writer == null || files == null) {
      return null;
    }
    ObjectCopy copies =
        new ObjectCopy(writer, Objects.requireNonNull(served.engine()).requests(), deadline);
    return new Namespace(
        bucket,
        served.store(),
        writer,
        files,
        copies,
        new DirectoryRename(served.store(), writer, copies, served.metadata(), deadline));
  }

  /** What was fetched ahead of walks so far. */
  public SiblingCounts siblingCounts() {
    return siblings.counts();
  }

  /** What the metadata caches of all buckets did so far, and hold. */
  public TreeCounts treeCounts() {
    return buckets.stream()
        .map(bucket -> bucket.tree().counts())
        .reduce(TreeCounts.NONE, TreeCounts::plus);
  }

  /** How many nodes the kernel knows; none where the transport cannot tell. */
  public NodeCounts nodeCounts() {
    return kernel.nodeCounts();
  }

  @Override
  public Node root() {
    return root;
  }

  @Override
  public void mounted(Notifier notifier) {
    kernel.mounted(notifier);
  }

  /**
   * Drops what is known at and below a path, here and, where the transport can tell it, in the
   * kernel; see {@link BucketTree#refresh}. Does not wait: the kernel learns of it soon, and {@link
   * #awaitKernel} tells when. Files that are open keep their version.
   *
   * @param path in the mount, of names between slashes; nothing has to be there
   */
  public void refresh(String path) {
    refresh.refresh(path);
  }

  /**
   * Waits until the kernel has been told of all refreshes before this call. Not to be called by a
   * thread that serves a request: the kernel may hold what it is to be told of until that is done.
   *
   * @return false when the time was over first
   */
  public boolean awaitKernel(Duration atMost) throws InterruptedException {
    return kernel.awaitTold(atMost);
  }

  @Override
  public LookupResult lookup(Node parent, String name, Caller caller) throws FuseException {
    LookupResult known = lookupNow(parent, name, caller);
    if (known != null) {
      return known;
    }
    if (!(parent instanceof DirectoryNode directory)) {
      throw new IllegalStateException("not known without a store: " + parent);
    }
    String path = Names.child(directory.path(), name);
    return result(directory.bucket(), path, lookup(directory.bucket(), path));
  }

  @Override
  public @Nullable LookupResult lookupNow(Node parent, String name, Caller caller)
      throws FuseException {
    if (!Names.fits(name, Names.MAX_COMPONENT_BYTES)) {
      throw new FuseException(Errno.ENAMETOOLONG);
    }
    if (parent instanceof VirtualDirectory directory) {
      Node child = directory.children().get(name);
      return child == null
          ? LookupResult.absent(Bucket.ROOT_TTL)
          : LookupResult.found(localEntry(child));
    }
    if (!(parent instanceof DirectoryNode directory)) {
      throw new FuseException(Errno.ENOTDIR);
    }
    Bucket bucket = directory.bucket();
    String path = Names.child(directory.path(), name);
    if (!Names.fits(bucket.key(path), Names.MAX_KEY_BYTES)) {
      throw new FuseException(Errno.ENAMETOOLONG);
    }
    if (bucket.nodes().find(path) instanceof FileNode file && file.writing() != null) {
      return LookupResult.found(bucket.writtenEntry(file));
    }
    Lookup known = bucket.tree().lookupNow(path);
    return known == null ? null : result(bucket, path, known);
  }

  private LookupResult result(Bucket bucket, String path, Lookup found) {
    Metadata metadata = found.metadata();
    if (metadata != null) {
      return LookupResult.found(bucket.entry(path, metadata, found.validFor()));
    }
    kernel.toldAbsent(bucket, path, found.validFor());
    return LookupResult.absent(found.validFor());
  }

  @Override
  public AttributesAnswer getattr(Node node, @Nullable FileHandle handle) throws FuseException {
    AttributesAnswer known = getattrNow(node, handle);
    if (known != null) {
      return known;
    }
    if (!(node instanceof ObjectNode object)) {
      throw new IllegalStateException("not known without a store: " + node);
    }
    return attributes(object, lookup(object.bucket(), object.path()));
  }

  @Override
  public @Nullable AttributesAnswer getattrNow(Node node, @Nullable FileHandle handle)
      throws FuseException {
    if (handle instanceof NodeHandle open) {
      // What was opened stays what it is, whatever lies at the path by now.
      return openAttributes(open.node());
    }
    if (!(node instanceof ObjectNode object) || object.path().isEmpty()) {
      return new AttributesAnswer(localEntry(node).attributes(), Bucket.ROOT_TTL);
    }
    if (object instanceof FileNode file && (file.isOpen() || file.writing() != null)) {
      // fstat(2) names no handle. Who asks by name has looked the name up, and got the node of what
      // is there now.
      return openAttributes(file);
    }
    Lookup known = object.bucket().tree().lookupNow(object.path());
    return known == null ? null : attributes(object, known);
  }

  private static AttributesAnswer openAttributes(FileNode file) {
    return new AttributesAnswer(
        file.bucket().attributes(file),
        file.bucket().writing() == null
            ? Duration.ofNanos(Long.MAX_VALUE)
            : Bucket.WRITTEN_TTL); // it may be written yet
  }

  private static AttributesAnswer attributes(ObjectNode object, Lookup found) throws FuseException {
    Metadata metadata = found.metadata();
    if (metadata == null || !NodeTable.isIncarnation(object, metadata)) {
      throw new FuseException(Errno.ESTALE); // the kernel looks the name up again
    }
    if (object instanceof FileNode file && metadata instanceof FileMetadata version) {
      file.found(version);
    }
    return new AttributesAnswer(
        object.bucket().attributes(object.path(), metadata), found.validFor());
  }

  @Override
  public OpenResult open(Node node, int flags, Caller caller) throws FuseException {
    if (!(node instanceof FileNode file)) {
      throw new FuseException(Errno.EISDIR);
    }
    if (OpenFlags.writes(flags)) {
      return new OpenResult(writing(file).open(file, flags), false, false);
    }
    return reading.open(file);
  }

  @Override
  public void drain(Duration timeout) throws InterruptedException {
    for (Bucket bucket : buckets) {
      FileWriting writing = bucket.writing();
      if (writing != null) {
        writing.drain();
      }
    }
  }

  @Override
  public void read(FileHandle handle, long offset, int size, ReadReply reply) {
    if (handle instanceof NodeHandle open) {
      reading.read(open, offset, size, reply);
    } else {
      reply.error(Errno.EBADF);
    }
  }

  @Override
  public DirectoryHandle opendir(Node node, Caller caller) throws FuseException {
    if (node instanceof FileNode) {
      throw new FuseException(Errno.ENOTDIR);
    }
    return new OpenDirectory(node);
  }

  @Override
  public void readdir(DirectoryHandle directory, long offset, DirectorySink sink)
      throws FuseException {
    if (!(directory instanceof OpenDirectory open) || offset < 0) {
      throw new FuseException(Errno.EINVAL);
    }
    open.read(offset, sink);
  }

  @Override
  public void releasedir(DirectoryHandle directory) {}

  @Override
  public StatFs statfs(Node node) {
    return STAT_FS;
  }

  @Override
  public void access(Node node, int mask, Caller caller) throws FuseException {
    if ((mask & W_OK) != 0
        && !(node instanceof ObjectNode written && written.bucket().writing() != null)) {
      throw new FuseException(Errno.EROFS);
    }
    Attributes attributes =
        node instanceof ObjectNode object
            ? object.bucket().attributes(object)
            : localEntry(node).attributes();
    if (!Permissions.allows(attributes, mask, caller)) {
      throw new FuseException(Errno.EACCES);
    }
  }

  @Override
  public byte[] getxattr(Node node, String name) throws FuseException {
    if (name.equals(REFRESH_ATTRIBUTE)) {
      throw new FuseException(Errno.ENODATA);
    }
    if (node instanceof ObjectNode object) {
      return object.bucket().extendedAttributes().get(object, name);
    }
    throw new FuseException(Errno.EOPNOTSUPP);
  }

  @Override
  public List<String> listxattr(Node node) throws FuseException {
    return node instanceof ObjectNode object
        ? object.bucket().extendedAttributes().list(object)
        : List.of();
  }

  @Override
  public void setxattr(Node node, String name, byte[] value, int flags, Caller caller)
      throws FuseException {
    if (name.equals(REFRESH_ATTRIBUTE)) {
      refresh.refresh(node); // on a read-only mount, too: nothing is changed
      return;
    }
    if (!(node instanceof ObjectNode object)) {
      throw new FuseException(Errno.EOPNOTSUPP);
    }
    object.bucket().extendedAttributes().set(object, name, value, flags);
  }

  @Override
  public void removexattr(Node node, String name, Caller caller) throws FuseException {
    if (name.equals(REFRESH_ATTRIBUTE)) {
      throw new FuseException(Errno.ENODATA);
    }
    if (!(node instanceof ObjectNode object)) {
      throw new FuseException(Errno.EOPNOTSUPP);
    }
    object.bucket().extendedAttributes().remove(object, name);
  }

  /** The entry of a node whose attributes need no store: virtual directories and buckets' roots. */
  static Entry localEntry(Node node) {
    Attributes attributes;
    if (node instanceof VirtualDirectory directory) {
      attributes = directory.attributes();
    } else if (node instanceof DirectoryNode directory) {
      attributes = directory.bucket().attributes(directory);
    } else {
      throw new IllegalArgumentException("not a local directory: " + node);
    }
    return new Entry(node, attributes, Bucket.ROOT_TTL, Bucket.ROOT_TTL);
  }

  private static Lookup lookup(Bucket bucket, String path) throws FuseException {
    try {
      return bucket.tree().lookup(path);
    } catch (StoreException e) {
      throw ErrnoMapping.onPath(e);
    }
  }
}
