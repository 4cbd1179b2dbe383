package io.thins3.fuse.libfuse;

import io.thins3.fuse.Errno;
import jnr.ffi.Platform;

/** Error numbers of this platform: Linux' own where it is Linux, else found by name. */
final class NativeErrno {
  /** sys/errno.h of macOS, which has no ENODATA for extended attributes. */
  private static final int DARWIN_ENOATTR = 93;

  private NativeErrno() {}

  /** The negative number that a callback returns. */
  static int answer(Errno errno) {
    return -number(errno, Platform.getNativePlatform().getOS());
  }

  static int number(Errno errno, Platform.OS os) {
    if (os == Platform.OS.LINUX) {
      return errno.number();
    }
    if (os == Platform.OS.DARWIN && errno == Errno.ENODATA) {
      return DARWIN_ENOATTR;
    }
    jnr.constants.platform.Errno known = jnr.constants.platform.Errno.valueOf(errno.name());
    return known.defined() ? known.intValue() : jnr.constants.platform.Errno.EIO.intValue();
  }
}
