package io.thins3.fs;

import io.thins3.fuse.Attributes;
import io.thins3.fuse.Caller;
import io.thins3.fuse.FileType;

/** The permission check of access(2) on mode, owner and group. */
final class Permissions {
  private static final int X_OK = 1;

  private Permissions() {}

  /**
   * Whether a caller has the rights of a mask (4 read, 2 write, 1 execute). Root has all but the
   * right to execute a file that nobody may execute. Only the caller's effective group is known
   * here, not the supplementary ones; the kernel, which knows them, checks by itself on mounts with
   * default_permissions.
   */
  static boolean allows(Attributes attributes, int mask, Caller caller) {
    int permissions = attributes.permissions();
    if (caller.uid() == 0) {
      return (mask & X_OK) == 0
          || attributes.type() == FileType.DIRECTORY
          || (permissions & 0111) != 0;
    }
    int shift = caller.uid() == attributes.uid() ? 6 : caller.gid() == attributes.gid() ? 3 : 0;
    return (permissions >> shift & mask) == mask;
  }
}
