package io.thins3.fuse;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A file system in memory: the example of how to use this library, and what the transports are
 * tested with. Read-only unless made {@link #writable}.
 *
 * <p>Hooks let tests disturb it: {@link #before} runs something before an operation, which may
 * throw or wait; {@link #answerReadsOn} hands the answers of reads to other threads, in any order.
 * {@link #calls} counts.
 */
public class MemoryFileSystem implements FileSystem {
  /** Runs before an operation on a name ("" where the operation has none). */
  @FunctionalInterface
  public interface Hook {
    /** May wait, or throw anything. */
    void run(String name) throws Exception;
  }

  private static final MemoryContent EMPTY = MemoryContent.of(new byte[0]);

  private final AtomicLong inos = new AtomicLong();
  private final AtomicLong positions = new AtomicLong();
  private final MemoryNode root = node(FileType.DIRECTORY, EMPTY, null);
  private final MemoryHooks hooks = new MemoryHooks();
  private volatile Executor readers = Runnable::run;
  private volatile Duration ttl = Duration.ofSeconds(1);
  private volatile boolean writable;

  private record Handle(MemoryNode node, String name) implements FileHandle {}

  private record Directory(MemoryNode node) implements DirectoryHandle {}

  // ---- what tests do with it

  /** Adds a file, and its directories, or replaces one by another incarnation. */
  public MemoryFileSystem file(String path, MemoryContent content) {
    put(path, node(FileType.REGULAR, content, null));
    return this;
  }

  /** Adds a file with this text. */
  public MemoryFileSystem file(String path, String text) {
    return file(path, MemoryContent.of(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  /** Adds a directory. */
  public MemoryFileSystem directory(String path) {
    put(path, node(FileType.DIRECTORY, EMPTY, null));
    return this;
  }

  /** Adds a symbolic link. */
  public MemoryFileSystem link(String path, String target) {
    put(path, node(FileType.SYMLINK, EMPTY, target));
    return this;
  }

  /** Lets the mount change it. */
  public MemoryFileSystem writable() {
    writable = true;
    return this;
  }

  /** How long the kernel may believe answers. */
  public MemoryFileSystem ttl(Duration ttl) {
    this.ttl = ttl;
    return this;
  }

  /** Runs a hook before every operation of this name (the name of its method). */
  public MemoryFileSystem before(String operation, Hook hook) {
    hooks.put(operation, hook);
    return this;
  }

  /** Removes a hook. */
  public void undisturbed(String operation) {
    hooks.remove(operation);
  }

  /** Where reads are answered. */
  public MemoryFileSystem answerReadsOn(Executor executor) {
    readers = executor;
    return this;
  }

  /** How often an operation was called. */
  public long calls(String operation) {
    return hooks.calls(operation);
  }

  /** Open files and directories that were not released. */
  public long openHandles() {
    return calls("opened") - calls("release") + calls("opendir") - calls("releasedir");
  }

  /** A node, to change its attributes before mounting. */
  public synchronized MemoryNode at(String path) {
    MemoryNode node = root;
    for (String name : path.split("/", -1)) {
      if (!name.isEmpty()) {
        MemoryNode.Child child = node.children.get(name);
        if (child == null) {
          throw new IllegalArgumentException(path);
        }
        node = child.node();
      }
    }
    return node;
  }

  private synchronized void put(String path, MemoryNode node) {
    int slash = path.lastIndexOf('/');
    MemoryNode parent = root;
    if (slash > 0) {
      String directory = path.substring(0, slash);
      try {
        parent = at(directory);
      } catch (IllegalArgumentException e) {
        directory(directory);
        parent = at(directory);
      }
    }
    add(parent, path.substring(slash + 1), node);
  }

  // ---- plumbing

  private MemoryNode node(FileType type, MemoryContent content, @Nullable String target) {
    return new MemoryNode(type, inos.incrementAndGet(), content, target);
  }

  private void add(MemoryNode parent, String name, MemoryNode node) {
    MemoryNode.Child old = parent.children.get(name);
    long position = old == null ? positions.incrementAndGet() : old.position();
    if (old != null && old.node().type == node.type && node.type == FileType.REGULAR) {
      // Another incarnation at the same path: another node, the same inode number.
      node.ino = old.node().ino;
    }
    parent.children.put(name, new MemoryNode.Child(node, position));
    parent.listing.put(position, name);
  }

  private void remove(MemoryNode parent, String name) {
    MemoryNode.Child old = parent.children.remove(name);
    if (old != null) {
      parent.listing.remove(old.position());
    }
  }

  private void enterChange(String operation, String name) throws FuseException {
    hooks.enter(operation, name);
    if (!writable) {
      throw new FuseException(Errno.EROFS);
    }
  }

  private Entry entry(MemoryNode node) {
    return new Entry(node, node.attributes(), ttl, ttl);
  }

  private static MemoryNode memory(Node node) {
    return (MemoryNode) node;
  }

  // ---- the file system

  @Override
  public Node root() {
    return root;
  }

  @Override
  public LookupResult lookup(Node parent, String name, Caller caller) throws FuseException {
    hooks.enter("lookup", name);
    synchronized (this) {
      MemoryNode.Child child = memory(parent).children.get(name);
      return child == null
          ? LookupResult.absent(Duration.ZERO)
          : LookupResult.found(entry(child.node()));
    }
  }

  @Override
  public AttributesAnswer getattr(Node node, @Nullable FileHandle handle) throws FuseException {
    hooks.enter("getattr", "");
    synchronized (this) {
      return new AttributesAnswer(memory(node).attributes(), ttl);
    }
  }

  @Override
  public OpenResult open(Node node, int flags, Caller caller) throws FuseException {
    hooks.enter("open", "");
    if (OpenFlags.writes(flags)) {
      enterChange("openForWriting", "");
      if ((flags & OpenFlags.O_TRUNC) != 0) {
        resize(memory(node), 0);
      }
      if ((flags & OpenFlags.KILL_PRIVILEGES) != 0) {
        synchronized (this) {
          memory(node).killPrivileges();
        }
      }
    }
    hooks.count("opened");
    return new OpenResult(new Handle(memory(node), ""), true, false);
  }

  @Override
  public void read(FileHandle handle, long offset, int size, ReadReply reply) {
    try {
      hooks.enter("read", "");
    } catch (FuseException e) {
      reply.error(e.errno());
      return;
    }
    MemoryContent content;
    synchronized (this) {
      content = ((Handle) handle).node().content;
    }
    readers.execute(() -> answer(content, offset, size, reply));
  }

  private static void answer(MemoryContent content, long offset, int size, ReadReply reply) {
    int length = (int) Math.max(0, Math.min(size, content.size() - offset));
    // Two buffers, one on the heap with room around, one direct.
    int first = length / 3;
    ByteBuffer heap = ByteBuffer.allocate(first + 20).position(10).limit(10 + first);
    ByteBuffer direct = ByteBuffer.allocateDirect(length - first);
    content.get(offset, heap.duplicate());
    content.get(offset + first, direct.duplicate());
    reply.data(List.of(heap, direct));
  }

  @Override
  public void release(FileHandle handle) {
    hooks.count("release");
  }

  @Override
  public DirectoryHandle opendir(Node node, Caller caller) throws FuseException {
    hooks.enter("opendir", "");
    return new Directory(memory(node));
  }

  @Override
  public void readdir(DirectoryHandle directory, long offset, DirectorySink sink)
      throws FuseException {
    hooks.enter("readdir", "");
    MemoryNode node = ((Directory) directory).node();
    for (Map.Entry<Long, String> name : node.namesAfter(offset)) {
      MemoryNode.Child child;
      synchronized (this) {
        child = node.children.get(name.getValue());
      }
      if (child != null) {
        boolean taken =
            sink.wantsAttributes()
                ? sink.add(name.getValue(), name.getKey(), entry(child.node()))
                : sink.add(name.getValue(), name.getKey(), child.node().ino, child.node().type);
        if (!taken) {
          return;
        }
      }
    }
  }

  @Override
  public void releasedir(DirectoryHandle directory) {
    hooks.count("releasedir");
  }

  @Override
  public StatFs statfs(Node node) throws FuseException {
    hooks.enter("statfs", "");
    return new StatFs(4096, 1L << 30, 1L << 29, 1_000_000, 999_999, 255);
  }

  @Override
  public void access(Node node, int mask, Caller caller) throws FuseException {
    hooks.enter("access", "");
  }

  @Override
  public AttributesAnswer setattr(
      Node node, @Nullable FileHandle handle, AttributeChange change, Caller caller)
      throws FuseException {
    enterChange("setattr", "");
    MemoryNode changed = memory(node);
    synchronized (this) {
      if (change.size() != null) {
        resize(changed, change.size());
      }
      changed.permissions =
          change.permissions() != null ? change.permissions() : changed.permissions;
      if (change.killPrivileges()) {
        changed.killPrivileges();
      }
      changed.uid = change.uid() != null ? change.uid() : changed.uid;
      changed.gid = change.gid() != null ? change.gid() : changed.gid;
      changed.accessTime = change.atime() != null ? change.atime() : changed.accessTime;
      changed.time = change.mtime() != null ? change.mtime() : changed.time;
      return new AttributesAnswer(changed.attributes(), ttl);
    }
  }

  private synchronized void resize(MemoryNode node, long size) {
    node.content = node.content.resized(size);
  }

  @Override
  public String readlink(Node node) throws FuseException {
    hooks.enter("readlink", "");
    String target = memory(node).target;
    if (target == null) {
      throw new FuseException(Errno.EINVAL);
    }
    return target;
  }

  @Override
  public Entry mknod(Node parent, String name, int permissions, Caller caller)
      throws FuseException {
    enterChange("mknod", name);
    return made(memory(parent), name, FileType.REGULAR, permissions, caller, null);
  }

  @Override
  public Entry mkdir(Node parent, String name, int permissions, Caller caller)
      throws FuseException {
    enterChange("mkdir", name);
    return made(memory(parent), name, FileType.DIRECTORY, permissions, caller, null);
  }

  @Override
  public Entry symlink(Node parent, String name, String target, Caller caller)
      throws FuseException {
    enterChange("symlink", name);
    return made(memory(parent), name, FileType.SYMLINK, 0777, caller, target);
  }

  private synchronized Entry made(
      MemoryNode parent,
      String name,
      FileType type,
      int permissions,
      Caller caller,
      @Nullable String target)
      throws FuseException {
    if (parent.children.containsKey(name)) {
      throw new FuseException(Errno.EEXIST);
    }
    MemoryNode node = node(type, EMPTY, target);
    node.permissions = permissions;
    node.uid = caller.uid();
    node.gid = caller.gid();
    add(parent, name, node);
    return entry(node);
  }

  @Override
  public void unlink(Node parent, String name, Caller caller) throws FuseException {
    enterChange("unlink", name);
    synchronized (this) {
      memory(parent).child(name, type -> type != FileType.DIRECTORY, Errno.EISDIR);
      remove(memory(parent), name);
    }
  }

  @Override
  public void rmdir(Node parent, String name, Caller caller) throws FuseException {
    enterChange("rmdir", name);
    synchronized (this) {
      MemoryNode node =
          memory(parent).child(name, type -> type == FileType.DIRECTORY, Errno.ENOTDIR);
      if (!node.children.isEmpty()) {
        throw new FuseException(Errno.ENOTEMPTY);
      }
      remove(memory(parent), name);
    }
  }

  @Override
  public void rename(
      Node parent, String name, Node newParent, String newName, int flags, Caller caller)
      throws FuseException {
    enterChange("rename", name);
    synchronized (this) {
      MemoryNode node = memory(parent).child(name, type -> true, Errno.EIO);
      remove(memory(parent), name);
      remove(memory(newParent), newName);
      add(memory(newParent), newName, node);
    }
  }

  @Override
  public CreateAnswer create(Node parent, String name, int permissions, int flags, Caller caller)
      throws FuseException {
    enterChange("create", name);
    Entry entry = made(memory(parent), name, FileType.REGULAR, permissions, caller, null);
    hooks.count("opened");
    return new CreateAnswer(
        entry, new OpenResult(new Handle(memory(entry.node()), name), false, false));
  }

  @Override
  public void write(FileHandle handle, long offset, ByteBuffer data, WriteReply reply) {
    try {
      enterChange("write", "");
    } catch (FuseException e) {
      reply.error(e.errno());
      return;
    }
    synchronized (this) {
      MemoryNode node = ((Handle) handle).node();
      node.content = node.content.with(offset, data);
      if (reply.killsPrivileges()) {
        node.killPrivileges();
      }
    }
    readers.execute(reply::written);
  }

  @Override
  public void flush(FileHandle handle) throws FuseException {
    hooks.enter("flush", "");
  }

  @Override
  public void fsync(FileHandle handle, boolean dataOnly) throws FuseException {
    hooks.enter(dataOnly ? "fdatasync" : "fsync", "");
  }

  @Override
  public void fsyncdir(DirectoryHandle directory) throws FuseException {
    hooks.enter("fsyncdir", "");
  }

  @Override
  public void setxattr(Node node, String name, byte[] value, int flags, Caller caller)
      throws FuseException {
    enterChange("setxattr", name);
    synchronized (this) {
      memory(node).xattrs.put(name, value.clone());
    }
  }

  @Override
  public byte[] getxattr(Node node, String name) throws FuseException {
    hooks.enter("getxattr", name);
    synchronized (this) {
      byte[] value = memory(node).xattrs.get(name);
      if (value == null) {
        throw new FuseException(Errno.ENODATA);
      }
      return value.clone();
    }
  }

  @Override
  public List<String> listxattr(Node node) throws FuseException {
    hooks.enter("listxattr", "");
    synchronized (this) {
      return new ArrayList<>(memory(node).xattrs.keySet());
    }
  }

  @Override
  public void removexattr(Node node, String name, Caller caller) throws FuseException {
    enterChange("removexattr", name);
    synchronized (this) {
      if (memory(node).xattrs.remove(name) == null) {
        throw new FuseException(Errno.ENODATA);
      }
    }
  }

  @Override
  public void fallocate(FileHandle handle, int mode, long offset, long length)
      throws FuseException {
    enterChange("fallocate", "");
    synchronized (this) {
      MemoryNode node = ((Handle) handle).node();
      resize(node, Math.max(node.content.size(), offset + length));
    }
  }
}
