package io.thins3.fuse;

import java.time.Instant;

/**
 * What {@code stat} shows of a node.
 *
 * @param ino inode number ({@code st_ino}), stable for a path; never 0
 * @param type file type
 * @param permissions permission bits, 0 to 07777 octal
 * @param links {@code st_nlink}
 * @param uid owner
 * @param gid group
 * @param size bytes, not negative
 * @param atime last access
 * @param mtime last change of content
 * @param ctime last change of attributes
 */
public record Attributes(
    long ino,
    FileType type,
    int permissions,
    int links,
    int uid,
    int gid,
    long size,
    Instant atime,
    Instant mtime,
    Instant ctime) {

  /** Checks the ranges. */
  public Attributes {
    if (ino == 0) {
      throw new IllegalArgumentException("ino must not be 0");
    }
    if ((permissions & ~07777) != 0) {
      throw new IllegalArgumentException("permissions " + Integer.toOctalString(permissions));
    }
    if (size < 0) {
      throw new IllegalArgumentException("size " + size);
    }
  }

  /** {@code st_mode}: type and permissions together. */
  public int mode() {
    return type.modeBits() | permissions;
  }

  /** {@code st_blocks}: units of 512 bytes that the content takes. */
  public long blocks() {
    return size / 512 + (size % 512 == 0 ? 0 : 1);
  }
}
