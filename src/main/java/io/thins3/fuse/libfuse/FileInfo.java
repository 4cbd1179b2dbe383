package io.thins3.fuse.libfuse;

import jnr.ffi.Pointer;

/**
 * {@code struct fuse_file_info} of libfuse 2 (fuse_common.h) on 64 bit systems. jnr-fuse's own
 * class gives each of the bit fields an int of its own, which misplaces what follows.
 */
final class FileInfo {
  private static final int FLAGS = 0;
  private static final int BITS = 20;
  private static final int FH = 24;

  /** Bits of the bit field: direct_io is its first, keep_cache its second. */
  private static final int DIRECT_IO = 1;

  private static final int KEEP_CACHE = 2;

  private FileInfo() {}

  /** The flags of open(2), with this platform's numbers. */
  static int flags(Pointer file) {
    return file.getInt(FLAGS);
  }

  /** The number that {@link #opened} set. */
  static long handle(Pointer file) {
    return file.getLong(FH);
  }

  static void opened(Pointer file, long handle, boolean keepCache, boolean directIo) {
    file.putLong(FH, handle);
    int bits = file.getInt(BITS) & ~(DIRECT_IO | KEEP_CACHE);
    file.putInt(BITS, bits | (directIo ? DIRECT_IO : 0) | (keepCache ? KEEP_CACHE : 0));
  }
}
