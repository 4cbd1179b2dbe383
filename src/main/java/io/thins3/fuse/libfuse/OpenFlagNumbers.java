package io.thins3.fuse.libfuse;

import io.thins3.fuse.OpenFlags;
import jnr.ffi.Platform;

/** Flags of open(2): from this platform's numbers to Linux', which the file system knows. */
final class OpenFlagNumbers {
  private OpenFlagNumbers() {}

  static int toLinux(int flags) {
    return Platform.getNativePlatform().getOS() == Platform.OS.LINUX ? flags : translate(flags);
  }

  static int translate(int flags) {
    // The access mode has the same numbers everywhere.
    int linux = flags & OpenFlags.O_ACCMODE;
    linux |= bit(flags, jnr.constants.platform.OpenFlags.O_CREAT, OpenFlags.O_CREAT);
    linux |= bit(flags, jnr.constants.platform.OpenFlags.O_EXCL, OpenFlags.O_EXCL);
    linux |= bit(flags, jnr.constants.platform.OpenFlags.O_TRUNC, OpenFlags.O_TRUNC);
    linux |= bit(flags, jnr.constants.platform.OpenFlags.O_APPEND, OpenFlags.O_APPEND);
    return linux;
  }

  private static int bit(int flags, jnr.constants.platform.OpenFlags here, int linux) {
    return here.defined() && (flags & here.intValue()) != 0 ? linux : 0;
  }
}
