package io.thins3.fuse.linux;

import io.thins3.fuse.AttributeChange;
import io.thins3.fuse.Attributes;
import io.thins3.fuse.Caller;
import io.thins3.fuse.DirectoryHandle;
import io.thins3.fuse.DirectorySink;
import io.thins3.fuse.Entry;
import io.thins3.fuse.FileHandle;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.FileType;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.LookupResult;
import io.thins3.fuse.Node;
import io.thins3.fuse.OpenResult;
import io.thins3.fuse.ReadReply;
import io.thins3.fuse.StatFs;
import io.thins3.fuse.WriteReply;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers everything, keeps nothing, and notes every argument that a file system should never be
 * given.
 */
class CheckingFileSystem implements FileSystem {
  record Named(String name) implements Node {}

  private static final class Handle implements FileHandle, DirectoryHandle {}

  /** What was wrong. */
  final Queue<String> complaints = new ConcurrentLinkedQueue<>();

  /** Makes the node of a name; for accidents. */
  volatile Function<String, Node> nodes = Named::new;

  /** What forgetting fails with. */
  volatile @Nullable RuntimeException accidentInForget;

  /** What is open. */
  final Set<Object> open = ConcurrentHashMap.newKeySet();

  private final Node root = new Named("");

  private void check(boolean right, String what) {
    if (!right) {
      complaints.add(what);
    }
  }

  private void checkName(String name) {
    check(!name.isEmpty() && name.indexOf('\0') < 0, "name '" + name + "'");
  }

  final void checkHandle(Object handle) {
    check(open.contains(handle), "handle that is not open");
  }

  /** What waits in a release would be cut short by an interrupt that was meant for another. */
  private void checkUndisturbed() {
    check(!Thread.currentThread().isInterrupted(), "released by an interrupted thread");
  }

  private Handle opened() {
    Handle handle = new Handle();
    open.add(handle);
    return handle;
  }

  private static Attributes attributes() {
    return new Attributes(
        5, FileType.REGULAR, 0644, 1, 0, 0, 9, Instant.EPOCH, Instant.EPOCH, Instant.EPOCH);
  }

  private Entry entry(String name) {
    return new Entry(nodes.apply(name), attributes(), Duration.ofSeconds(1), Duration.ofMillis(1));
  }

  @Override
  public Node root() {
    return root;
  }

  @Override
  public void forget(Node node) {
    RuntimeException accident = accidentInForget;
    if (accident != null) {
      throw accident;
    }
  }

  @Override
  public LookupResult lookup(Node parent, String name, Caller caller) throws FuseException {
    checkName(name);
    return name.startsWith("no")
        ? LookupResult.absent(Duration.ofSeconds(name.length()))
        : LookupResult.found(entry(name));
  }

  @Override
  public AttributesAnswer getattr(Node node, @Nullable FileHandle handle) throws FuseException {
    if (handle != null) {
      checkHandle(handle);
    }
    return new AttributesAnswer(attributes(), Duration.ofSeconds(1));
  }

  @Override
  public OpenResult open(Node node, int flags, Caller caller) throws FuseException {
    return new OpenResult(opened(), true, false);
  }

  @Override
  public void read(FileHandle handle, long offset, int size, ReadReply reply) {
    checkHandle(handle);
    check(offset >= 0 && size > 0 && offset + size > 0, "read " + offset + " " + size);
    reply.data(List.of(ByteBuffer.allocate(Math.min(size, 100))));
  }

  @Override
  public void write(FileHandle handle, long offset, ByteBuffer data, WriteReply reply) {
    checkHandle(handle);
    check(
        offset >= 0 && data.hasRemaining() && offset + data.remaining() > 0,
        "write " + offset + " " + data.remaining());
    reply.written();
  }

  @Override
  public void release(FileHandle handle) {
    checkUndisturbed();
    check(open.remove(handle), "released twice");
  }

  @Override
  public DirectoryHandle opendir(Node node, Caller caller) throws FuseException {
    return opened();
  }

  @Override
  public void readdir(DirectoryHandle directory, long offset, DirectorySink sink)
      throws FuseException {
    checkHandle(directory);
    check(offset >= 0, "readdir " + offset);
    for (long i = Math.min(offset, 1000); i < 1000; i++) {
      boolean taken =
          i % 3 == 0
              ? sink.add("entry" + i, i + 1, 4, FileType.REGULAR)
              : sink.add("entry" + i, i + 1, entry("entry" + i));
      if (!taken) {
        return;
      }
    }
  }

  @Override
  public void releasedir(DirectoryHandle directory) {
    checkUndisturbed();
    check(open.remove(directory), "released twice");
  }

  @Override
  public StatFs statfs(Node node) throws FuseException {
    return new StatFs(4096, 1, 1, 1, 1, 255);
  }

  @Override
  public void access(Node node, int mask, Caller caller) throws FuseException {}

  @Override
  public AttributesAnswer setattr(
      Node node, @Nullable FileHandle handle, AttributeChange change, Caller caller)
      throws FuseException {
    Long size = change.size();
    check(size == null || size >= 0, "size " + size);
    return getattr(node, handle);
  }

  @Override
  public String readlink(Node node) throws FuseException {
    return "target";
  }

  @Override
  public Entry mknod(Node parent, String name, int permissions, Caller caller)
      throws FuseException {
    checkName(name);
    check((permissions & ~07777) == 0, "permissions");
    return entry(name);
  }

  @Override
  public Entry mkdir(Node parent, String name, int permissions, Caller caller)
      throws FuseException {
    return mknod(parent, name, permissions, caller);
  }

  @Override
  public Entry symlink(Node parent, String name, String target, Caller caller)
      throws FuseException {
    checkName(target);
    return mknod(parent, name, 0, caller);
  }

  @Override
  public void unlink(Node parent, String name, Caller caller) throws FuseException {
    checkName(name);
  }

  @Override
  public void rmdir(Node parent, String name, Caller caller) throws FuseException {
    checkName(name);
  }

  @Override
  public void rename(
      Node parent, String name, Node newParent, String newName, int flags, Caller caller)
      throws FuseException {
    checkName(name);
    checkName(newName);
  }

  @Override
  public CreateAnswer create(Node parent, String name, int permissions, int flags, Caller caller)
      throws FuseException {
    return new CreateAnswer(
        mknod(parent, name, permissions, caller), new OpenResult(opened(), false, true));
  }

  @Override
  public void flush(FileHandle handle) throws FuseException {
    checkHandle(handle);
  }

  @Override
  public void fsync(FileHandle handle, boolean dataOnly) throws FuseException {
    checkHandle(handle);
  }

  @Override
  public void fsyncdir(DirectoryHandle directory) throws FuseException {
    checkHandle(directory);
  }

  @Override
  public void setxattr(Node node, String name, byte[] value, int flags, Caller caller)
      throws FuseException {
    checkName(name);
  }

  @Override
  public byte[] getxattr(Node node, String name) throws FuseException {
    checkName(name);
    return new byte[10];
  }

  @Override
  public List<String> listxattr(Node node) throws FuseException {
    return List.of("user.a", "user.b");
  }

  @Override
  public void removexattr(Node node, String name, Caller caller) throws FuseException {
    checkName(name);
  }

  @Override
  public void fallocate(FileHandle handle, int mode, long offset, long length)
      throws FuseException {
    checkHandle(handle);
    check(offset >= 0 && length >= 0, "fallocate " + offset + " " + length);
  }

  @Override
  public long lseek(FileHandle handle, long offset, int whence) throws FuseException {
    checkHandle(handle);
    check(offset >= 0, "lseek " + offset);
    return offset;
  }

  @Override
  public long copyFileRange(
      FileHandle source, long sourceOffset, FileHandle target, long targetOffset, long length)
      throws FuseException {
    checkHandle(source);
    checkHandle(target);
    check(sourceOffset >= 0 && targetOffset >= 0 && length >= 0, "copyFileRange");
    return length;
  }
}
