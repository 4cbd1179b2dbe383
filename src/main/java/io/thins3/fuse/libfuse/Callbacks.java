package io.thins3.fuse.libfuse;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.Delegate;
import jnr.ffi.types.gid_t;
import jnr.ffi.types.mode_t;
import jnr.ffi.types.off_t;
import jnr.ffi.types.size_t;
import jnr.ffi.types.uid_t;
import org.jspecify.annotations.Nullable;

/**
 * The functions of {@code struct fuse_operations} (libfuse 2.9, fuse.h) as upcalls, grouped by
 * their signatures.
 *
 * <p>jnr-fuse has its own, which take names as {@code String}; jnr-ffi makes those with the JVM's
 * default charset, which is ASCII under {@code LANG=C} on a JDK 17, and replaces what it cannot
 * decode, so that two names become one. Here every name is the pointer to its bytes. Public because
 * jnr-ffi implements them from a class loader of its own.
 */
final class Callbacks {
  private Callbacks() {}

  /** unlink, rmdir: a path. */
  public interface OnPath {
    /** The upcall. */
    @Delegate
    int call(Pointer path);
  }

  /**
   * getattr, statfs, opendir, open, release, flush, releasedir, utimens, rename, link, symlink,
   * removexattr: a path and another pointer.
   */
  public interface OnPathAndPointer {
    /** The upcall. */
    @Delegate
    int call(Pointer path, Pointer second);
  }

  /** fgetattr: a path and two pointers. */
  public interface OnPathAndTwoPointers {
    /** The upcall. */
    @Delegate
    int call(Pointer path, Pointer second, Pointer third);
  }

  /** readlink, listxattr: a path and a buffer to fill. */
  public interface OnBuffer {
    /** The upcall. */
    @Delegate
    int call(Pointer path, Pointer buffer, @size_t long size);
  }

  /** mkdir, chmod, mknod: a path and a mode; mknod's device number is not looked at. */
  public interface OnMode {
    /** The upcall. */
    @Delegate
    int call(Pointer path, @mode_t long mode);
  }

  /** create: a path, a mode and a file. */
  public interface OnCreate {
    /** The upcall. */
    @Delegate
    int call(Pointer path, @mode_t long mode, Pointer file);
  }

  /** chown. */
  public interface OnOwner {
    /** The upcall. */
    @Delegate
    int call(Pointer path, @uid_t long uid, @gid_t long gid);
  }

  /** truncate. */
  public interface OnSize {
    /** The upcall. */
    @Delegate
    int call(Pointer path, @off_t long size);
  }

  /** ftruncate. */
  public interface OnFileSize {
    /** The upcall. */
    @Delegate
    int call(Pointer path, @off_t long size, Pointer file);
  }

  /** access: a path and a mask. */
  public interface OnMask {
    /** The upcall. */
    @Delegate
    int call(Pointer path, int mask);
  }

  /** fsync, fsyncdir: a path, whether only data matters, and a file. */
  public interface OnSync {
    /** The upcall. */
    @Delegate
    int call(Pointer path, int dataOnly, Pointer file);
  }

  /** read, write. */
  public interface OnTransfer {
    /** The upcall. */
    @Delegate
    int call(Pointer path, Pointer buffer, @size_t long size, @off_t long offset, Pointer file);
  }

  /** setxattr. */
  public interface OnSetXattr {
    /** The upcall. */
    @Delegate
    int call(Pointer path, Pointer name, Pointer value, @size_t long size, int flags);
  }

  /** getxattr. */
  public interface OnGetXattr {
    /** The upcall. */
    @Delegate
    int call(Pointer path, Pointer name, Pointer value, @size_t long size);
  }

  /** readdir. */
  public interface OnReaddir {
    /** The upcall. */
    @Delegate
    int call(Pointer path, Pointer buffer, Pointer filler, @off_t long offset, Pointer file);
  }

  /** fallocate. */
  public interface OnFallocate {
    /** The upcall. */
    @Delegate
    int call(Pointer path, int mode, @off_t long offset, @off_t long length, Pointer file);
  }

  /** init. */
  public interface OnInit {
    /** The upcall; what it returns becomes libfuse's private data. */
    @Delegate
    @Nullable Pointer call(Pointer connection);
  }
}
