package io.thins3.fuse;

/** The flags of open(2) with Linux' numbers on x86-64 and arm64 (asm-generic/fcntl.h). */
public final class OpenFlags {
  /** Mask of the access mode. */
  public static final int O_ACCMODE = 03;

  /** Access mode: read. */
  public static final int O_RDONLY = 0;

  /** Access mode: write. */
  public static final int O_WRONLY = 01;

  /** Access mode: both. */
  public static final int O_RDWR = 02;

  /** Create when absent. */
  public static final int O_CREAT = 0100;

  /** Fail when present. */
  public static final int O_EXCL = 0200;

  /** Cut to size 0. */
  public static final int O_TRUNC = 01000;

  /** Every write goes to the end. */
  public static final int O_APPEND = 02000;

  /**
   * Not of open(2): with {@link #O_TRUNC}, the caller may not leave a file its privileges (the bits
   * set-user-ID and, where the group may execute it, set-group-ID, and {@code
   * security.capability}); they are to be taken away.
   */
  public static final int KILL_PRIVILEGES = 1 << 30;

  private OpenFlags() {}

  /** Whether a file opened with these flags may change. */
  public static boolean writes(int flags) {
    return (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC) != 0;
  }
}
