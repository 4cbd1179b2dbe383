package io.thins3.fuse;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file system as the transports serve it: one method per operation, on nodes and handles. It
 * knows no kernel and no node ids.
 *
 * <p>All methods are called concurrently, by threads that may wait, except {@link #read} and {@link
 * #write}, which must not wait: they answer through their reply, then or later, by any thread. A
 * thread that waits for the caller's operation may be interrupted; the operation then ends soon
 * with {@link Errno#EINTR}. In {@link #flush}, {@link #fsync} and {@link #fsyncdir} it is not: the
 * caller is let go, and the work goes on to its end. What an implementation throws besides {@link
 * FuseException} is logged by the transport and answered with EIO.
 *
 * <p>Operations with a default body are optional; the default is the answer of a file system
 * without that ability.
 */
public interface FileSystem {
  /** The root directory's node; the same for the life of the file system. */
  Node root();

  /**
   * The file system is mounted, and its first request is about to come. Only transports that can
   * correct the kernel's caches call this; must not wait.
   */
  default void mounted(Notifier notifier) {}

  /**
   * The kernel has no reference to a node left, open files aside; a lookup at the same time may
   * have given it a new one. Only transports that count references call this; must not wait.
   */
  default void forget(Node node) {}

  /**
   * The answer of {@link #lookup} where it is known without waiting for anything, else null. It is
   * asked first where a thread serves many requests; it must not wait.
   */
  default @Nullable LookupResult lookupNow(Node parent, String name, Caller caller)
      throws FuseException {
    return null;
  }

  /** The answer of {@link #getattr} where it is known without waiting for anything, else null. */
  default @Nullable AttributesAnswer getattrNow(Node node, @Nullable FileHandle handle)
      throws FuseException {
    return null;
  }

  /**
   * The mount is about to end, and no file is opened any more; or it has ended already, because
   * others unmounted it. What was taken from programs and is not durable yet is to be made so, in
   * this time at most. Called once or twice, before the handles that are still open are released;
   * waits, while requests may still be served. An interrupt says that the time is over.
   *
   * @param timeout what is left for it, not negative
   */
  default void drain(Duration timeout) throws InterruptedException {}

  /** Finds a name in a directory. */
  LookupResult lookup(Node parent, String name, Caller caller) throws FuseException;

  /**
   * The attributes of a node.
   *
   * @param handle an open file of the node through which the caller asks, or null
   */
  AttributesAnswer getattr(Node node, @Nullable FileHandle handle) throws FuseException;

  /**
   * Opens a file.
   *
   * @param flags of open(2), and {@link OpenFlags#KILL_PRIVILEGES}
   */
  OpenResult open(Node node, int flags, Caller caller) throws FuseException;

  /**
   * Reads from an open file without waiting.
   *
   * @param offset first byte, not negative
   * @param size bytes asked for, positive
   * @param reply takes the answer
   */
  void read(FileHandle handle, long offset, int size, ReadReply reply);

  /**
   * Ends an open file; called once per handle, when every other operation on it has ended, also
   * those whose caller was interrupted. Nobody waits for it; it should not wait for long.
   */
  void release(FileHandle handle);

  /** Opens a directory for listing. */
  DirectoryHandle opendir(Node node, Caller caller) throws FuseException;

  /**
   * Lists a directory from a position, without "." and "..".
   *
   * @param offset 0, or the {@code nextOffset} of an entry given before
   */
  void readdir(DirectoryHandle directory, long offset, DirectorySink sink) throws FuseException;

  /** Ends an open directory, as {@link #release} does a file. */
  void releasedir(DirectoryHandle directory);

  /** Numbers about the file system as a whole. */
  StatFs statfs(Node node) throws FuseException;

  /**
   * Checks a permission: asked only where the kernel does not check modes itself.
   *
   * @param mask the bits of access(2): 4 read, 2 write, 1 execute, 0 existence
   */
  void access(Node node, int mask, Caller caller) throws FuseException;

  /**
   * Changes attributes.
   *
   * @param handle an open file of the node through which the caller asks, or null
   */
  default AttributesAnswer setattr(
      Node node, @Nullable FileHandle handle, AttributeChange change, Caller caller)
      throws FuseException {
    throw new FuseException(Errno.EROFS);
  }

  /** The target of a symbolic link. */
  default String readlink(Node node) throws FuseException {
    throw new FuseException(Errno.EINVAL);
  }

  /** Creates a regular file without opening it; other types are refused by the transport. */
  default Entry mknod(Node parent, String name, int permissions, Caller caller)
      throws FuseException {
    throw new FuseException(Errno.EROFS);
  }

  /** Creates a directory. */
  default Entry mkdir(Node parent, String name, int permissions, Caller caller)
      throws FuseException {
    throw new FuseException(Errno.EROFS);
  }

  /** Creates a symbolic link. */
  default Entry symlink(Node parent, String name, String target, Caller caller)
      throws FuseException {
    throw new FuseException(Errno.EROFS);
  }

  /** Removes a file. */
  default void unlink(Node parent, String name, Caller caller) throws FuseException {
    throw new FuseException(Errno.EROFS);
  }

  /** Removes an empty directory. */
  default void rmdir(Node parent, String name, Caller caller) throws FuseException {
    throw new FuseException(Errno.EROFS);
  }

  /**
   * Renames.
   *
   * @param flags of renameat2(2): 1 RENAME_NOREPLACE, 2 RENAME_EXCHANGE
   */
  default void rename(
      Node parent, String name, Node newParent, String newName, int flags, Caller caller)
      throws FuseException {
    throw new FuseException(Errno.EROFS);
  }

  /** Creates and opens a file in one step. */
  default CreateAnswer create(Node parent, String name, int permissions, int flags, Caller caller)
      throws FuseException {
    throw new FuseException(Errno.EROFS);
  }

  /**
   * Writes to an open file; answers through the reply, without waiting for the store.
   *
   * @param data the bytes, valid until the reply is called
   */
  default void write(FileHandle handle, long offset, ByteBuffer data, WriteReply reply) {
    reply.error(Errno.EROFS);
  }

  /**
   * A descriptor of the file was closed: what was written is made durable, or the error reported.
   * Not every transport calls it for a file that was opened for reading only.
   */
  default void flush(FileHandle handle) throws FuseException {}

  /** Makes what was written durable. */
  default void fsync(FileHandle handle, boolean dataOnly) throws FuseException {}

  /** Makes the changes below a directory durable. */
  default void fsyncdir(DirectoryHandle directory) throws FuseException {}

  /** Sets an extended attribute; flags as setxattr(2). */
  default void setxattr(Node node, String name, byte[] value, int flags, Caller caller)
      throws FuseException {
    throw new FuseException(Errno.EOPNOTSUPP);
  }

  /** The value of an extended attribute; ENODATA when there is none of that name. */
  default byte[] getxattr(Node node, String name) throws FuseException {
    throw new FuseException(Errno.EOPNOTSUPP);
  }

  /** The names of the extended attributes. */
  default List<String> listxattr(Node node) throws FuseException {
    return List.of();
  }

  /** Removes an extended attribute. */
  default void removexattr(Node node, String name, Caller caller) throws FuseException {
    throw new FuseException(Errno.EOPNOTSUPP);
  }

  /** Allocates or frees a range of a file; mode as fallocate(2). */
  default void fallocate(FileHandle handle, int mode, long offset, long length)
      throws FuseException {
    throw new FuseException(Errno.EOPNOTSUPP);
  }

  /**
   * Finds data or a hole: {@code SEEK_DATA} and {@code SEEK_HOLE} of lseek(2).
   *
   * @param whence 3 SEEK_DATA, 4 SEEK_HOLE
   * @throws FuseException ENXIO when there is none behind the offset; ENOSYS: the file is all data,
   *     and the kernel need not ask again
   */
  default long lseek(FileHandle handle, long offset, int whence) throws FuseException {
    throw new FuseException(Errno.ENOSYS);
  }

  /**
   * Copies a range from one open file to another without its bytes passing through the caller.
   *
   * @return how many bytes were copied: fewer than asked for at the source's end
   * @throws FuseException ENOSYS: the kernel is to read and write instead, always; EOPNOTSUPP: this
   *     time
   */
  default long copyFileRange(
      FileHandle source, long sourceOffset, FileHandle target, long targetOffset, long length)
      throws FuseException {
    throw new FuseException(Errno.ENOSYS);
  }

  /** Attributes and how long the kernel may believe them. */
  record AttributesAnswer(Attributes attributes, Duration ttl) {}

  /** A file that was created and opened. */
  record CreateAnswer(Entry entry, OpenResult opened) {}
}
