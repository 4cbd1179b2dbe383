package io.thins3.fs;

import io.thins3.fs.ObjectNode.DirectoryNode;
import io.thins3.fs.ObjectNode.FileNode;
import io.thins3.fuse.AttributeChange;
import io.thins3.fuse.Caller;
import io.thins3.fuse.DirectoryHandle;
import io.thins3.fuse.Entry;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FileHandle;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.LookupResult;
import io.thins3.fuse.Node;
import io.thins3.fuse.OpenFlags;
import io.thins3.fuse.OpenResult;
import io.thins3.fuse.WriteReply;
import io.thins3.meta.Names;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The operations that change files and names: what is common to all buckets. Each goes to the
 * bucket's {@link FileWriting} or {@link Namespace}, which a read-only mount does not have.
 */
abstract class Changes implements FileSystem {
  /** What writes a node's bucket; EROFS on a read-only mount. */
  static FileWriting writing(Node node) throws FuseException {
    FileWriting writing = node instanceof ObjectNode object ? object.bucket().writing() : null;
    if (writing == null) {
      throw new FuseException(Errno.EROFS);
    }
    return writing;
  }

  @Override
  public CreateAnswer create(Node parent, String name, int permissions, int flags, Caller caller)
      throws FuseException {
    FileWriting writing = writing(parent);
    boolean exclusive = (flags & OpenFlags.O_EXCL) != 0;
    LookupResult there = lookup(parent, name, caller);
    Entry entry = there.entry();
    if (entry != null) {
      if (exclusive) {
        throw new FuseException(Errno.EEXIST);
      }
      return new CreateAnswer(entry, open(entry.node(), flags, caller));
    }
    if (!(parent instanceof DirectoryNode directory)) {
      throw new FuseException(Errno.EROFS); // between the mounts
    }
    OpenWrite handle = writing.create(Names.child(directory.path(), name), exclusive);
    return new CreateAnswer(
        directory.bucket().writtenEntry(handle.node()), new OpenResult(handle, false, false));
  }

  @Override
  public void write(FileHandle handle, long offset, ByteBuffer data, WriteReply reply) {
    FileWriting writing = handle instanceof OpenWrite open ? open.node().bucket().writing() : null;
    if (writing == null || !(handle instanceof OpenWrite open)) {
      reply.error(Errno.EBADF);
      return;
    }
    writing.write(open, offset, data, reply);
  }

  @Override
  public void flush(FileHandle handle) throws FuseException {
    if (handle instanceof OpenWrite open) {
      writing(open.node()).publish(open.file());
    }
  }

  @Override
  public void fsync(FileHandle handle, boolean dataOnly) throws FuseException {
    flush(handle);
  }

  @Override
  public void fsyncdir(DirectoryHandle directory) throws FuseException {
    if (directory instanceof OpenDirectory open
        && open.node() instanceof DirectoryNode node
        && node.bucket().writing() != null) {
      writing(node).settle(node.path());
    }
  }

  @Override
  public void fallocate(FileHandle handle, int mode, long offset, long length)
      throws FuseException {
    if (!(handle instanceof OpenWrite open)) {
      throw new FuseException(Errno.EBADF);
    }
    writing(open.node()).allocate(open, mode, offset, length);
  }

  @Override
  public AttributesAnswer setattr(
      Node node, @Nullable FileHandle handle, AttributeChange change, Caller caller)
      throws FuseException {
    FileWriting writing = writing(node);
    Long size = change.size();
    if (size != null) {
      if (!(node instanceof FileNode file)) {
        throw new FuseException(Errno.EISDIR);
      }
      writing.resize(file, handle instanceof OpenWrite open ? open : null, size);
    }
    if (node instanceof ObjectNode object) {
      object.bucket().overlay().change(object.path(), change);
    }
    return getattr(node, handle);
  }

  private static Namespace namespace(Node parent) throws FuseException {
    Namespace names = parent instanceof DirectoryNode in ? in.bucket().namespace() : null;
    if (names == null) {
      throw new FuseException(parent instanceof FileNode ? Errno.ENOTDIR : Errno.EROFS);
    }
    return names;
  }

  @Override
  public Entry mkdir(Node parent, String name, int permissions, Caller caller)
      throws FuseException {
    return namespace(parent).mkdir((DirectoryNode) parent, name);
  }

  @Override
  public Entry mknod(Node parent, String name, int permissions, Caller caller)
      throws FuseException {
    CreateAnswer created =
        create(parent, name, permissions, OpenFlags.O_EXCL | OpenFlags.O_WRONLY, caller);
    try {
      flush(created.opened().handle());
    } finally {
      release(created.opened().handle());
    }
    return created.entry();
  }

  @Override
  public void rmdir(Node parent, String name, Caller caller) throws FuseException {
    namespace(parent).rmdir((DirectoryNode) parent, name);
  }

  @Override
  public void unlink(Node parent, String name, Caller caller) throws FuseException {
    namespace(parent).unlink((DirectoryNode) parent, name);
  }

  @Override
  public void rename(
      Node parent, String name, Node newParent, String newName, int flags, Caller caller)
      throws FuseException {
    Namespace names = namespace(parent);
    if (namespace(newParent) != names) {
      throw new FuseException(Errno.EXDEV);
    }
    names.rename((DirectoryNode) parent, name, (DirectoryNode) newParent, newName, flags);
  }

  @Override
  public Entry symlink(Node parent, String name, String target, Caller caller)
      throws FuseException {
    namespace(parent);
    throw new FuseException(Errno.EPERM); // what a file system without symbolic links answers
  }

  @Override
  public void release(FileHandle handle) {
    if (handle instanceof OpenFile open) {
      open.node().released();
      open.reader().close();
    } else if (handle instanceof OpenWrite open) {
      FileWriting writing = Objects.requireNonNull(open.node().bucket().writing());
      writing.release(open);
    }
  }
}
