package io.thins3.fuse;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What SETATTR wants changed; null means leave it as it is.
 *
 * @param size new size in bytes
 * @param permissions new permission bits
 * @param uid new owner
 * @param gid new group
 * @param atime new time of last access
 * @param mtime new time of last change
 * @param killPrivileges the file's privileges are to be taken away: {@link
 *     OpenFlags#KILL_PRIVILEGES}
 */
public record AttributeChange(
    @Nullable Long size,
    @Nullable Integer permissions,
    @Nullable Integer uid,
    @Nullable Integer gid,
    @Nullable Instant atime,
    @Nullable Instant mtime,
    boolean killPrivileges) {
  /** A change that leaves privileges as they are. */
  public AttributeChange(
      @Nullable Long size,
      @Nullable Integer permissions,
      @Nullable Integer uid,
      @Nullable Integer gid,
      @Nullable Instant atime,
      @Nullable Instant mtime) {
    this(size, permissions, uid, gid, atime, mtime, false);
  }
}
