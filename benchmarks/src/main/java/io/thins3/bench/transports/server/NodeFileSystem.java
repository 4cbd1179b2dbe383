package io.thins3.bench.transports.server;

import io.thins3.fuse.Caller;
import io.thins3.fuse.DirectoryHandle;
import io.thins3.fuse.DirectorySink;
import io.thins3.fuse.Entry;
import io.thins3.fuse.FileHandle;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.LookupResult;
import io.thins3.fuse.Node;
import io.thins3.fuse.OpenResult;
import io.thins3.fuse.ReadReply;
import io.thins3.fuse.StatFs;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The tree for transports of {@code io.thins3.fuse}: a late answer waits for its time in a timer
 * and holds no thread.
 */
final class NodeFileSystem implements FileSystem {
  private final MemoryTree tree;
  private final Duration ttl;
  private final long lateMillis;
  private final ScheduledThreadPoolExecutor timer;

  /**
   * @param ttl how long the kernel may believe names and attributes
   * @param lateMillis how late the late file's reads are answered
   */
  NodeFileSystem(MemoryTree tree, Duration ttl, long lateMillis) {
    this.tree = tree;
    this.ttl = ttl;
    this.lateMillis = lateMillis;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "late answers");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public Node root() {
    return tree.root();
  }

  private Entry entry(MemoryNode node) {
    tree.countAnswer();
    return new Entry(node, node.attributes, ttl, ttl);
  }

  @Override
  public LookupResult lookupNow(Node parent, String name, Caller caller) {
    MemoryNode child = ((MemoryNode) parent).child(name);
    return child == null ? LookupResult.absent(Duration.ZERO) : LookupResult.found(entry(child));
  }

  @Override
  public LookupResult lookup(Node parent, String name, Caller caller) {
    return lookupNow(parent, name, caller);
  }

  @Override
  public AttributesAnswer getattrNow(Node node, @Nullable FileHandle handle) {
    tree.countAnswer();
    return new AttributesAnswer(((MemoryNode) node).attributes, ttl);
  }

  @Override
  public AttributesAnswer getattr(Node node, @Nullable FileHandle handle) {
    return getattrNow(node, handle);
  }

  @Override
  public OpenResult open(Node node, int flags, Caller caller) {
    return new OpenResult((MemoryNode) node, false, false);
  }

  @Override
  public void read(FileHandle handle, long offset, int size, ReadReply reply) {
    MemoryNode file = (MemoryNode) handle;
    int length = MemoryTree.length(file, offset, size);
    if (file.late) {
      // The reply logs its own failures.
      var unused =
          timer.schedule(
              () -> reply.data(tree.bytes(offset, length)), lateMillis, TimeUnit.MILLISECONDS);
    } else {
      reply.data(tree.bytes(offset, length));
    }
  }

  @Override
  public void release(FileHandle handle) {}

  @Override
  public DirectoryHandle opendir(Node node, Caller caller) {
    return (MemoryNode) node;
  }

  @Override
  public void readdir(DirectoryHandle directory, long offset, DirectorySink sink) {
    MemoryNode listed = (MemoryNode) directory;
    boolean room = true;
    for (int i = (int) offset; i < listed.children.size() && room; i++) {
      MemoryNode child = listed.children.get(i);
      room =
          sink.wantsAttributes()
              ? sink.add(child.name, i + 1, entry(child))
              : sink.add(child.name, i + 1, child.attributes.ino(), child.attributes.type());
    }
  }

  @Override
  public void releasedir(DirectoryHandle directory) {}

  @Override
  public StatFs statfs(Node node) {
    return new StatFs(StockFileSystem.BLOCK_BYTES, 1 + tree.answers(), 0, 1, 0, 255);
  }

  @Override
  public void access(Node node, int mask, Caller caller) {}
}
