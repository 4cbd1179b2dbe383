package io.thins3.fuse.libfuse;

import io.thins3.fuse.Attributes;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.StatFs;
import java.time.DateTimeException;
import java.time.Instant;
import jnr.ffi.Platform;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.Statvfs;
import ru.serce.jnrfuse.struct.Timespec;

/** C structures of this platform, filled from and read into Java types. */
final class NativeStructs {
  private static final int BLOCK_SIZE = 4096;

  /** sys/stat.h: special values of tv_nsec for utimensat(2). Linux' numbers. */
  private static final long UTIME_NOW = (1L << 30) - 1;

  private static final long UTIME_OMIT = (1L << 30) - 2;

  private NativeStructs() {}

  /** Fills a {@code struct stat} that is all zero. */
  static void stat(Pointer memory, Attributes attributes) {
    FileStat stat = FileStat.of(memory);
    stat.st_ino.set(attributes.ino());
    stat.st_mode.set(attributes.mode());
    stat.st_nlink.set(attributes.links());
    stat.st_uid.set(attributes.uid());
    stat.st_gid.set(attributes.gid());
    stat.st_size.set(attributes.size());
    stat.st_blocks.set(attributes.blocks());
    stat.st_blksize.set(BLOCK_SIZE);
    time(stat.st_atim, attributes.atime());
    time(stat.st_mtim, attributes.mtime());
    time(stat.st_ctim, attributes.ctime());
  }

  private static void time(Timespec target, Instant time) {
    target.tv_sec.set(time.getEpochSecond());
    target.tv_nsec.set(time.getNano());
  }

  static void statvfs(Pointer memory, StatFs numbers) {
    Statvfs statvfs = Statvfs.of(memory);
    statvfs.f_bsize.set(numbers.blockSize());
    statvfs.f_frsize.set(numbers.blockSize());
    statvfs.f_blocks.set(numbers.blocks());
    statvfs.f_bfree.set(numbers.freeBlocks());
    statvfs.f_bavail.set(numbers.freeBlocks());
    statvfs.f_files.set(numbers.files());
    statvfs.f_ffree.set(numbers.freeFiles());
    statvfs.f_favail.set(numbers.freeFiles());
    statvfs.f_namemax.set(numbers.maxNameLength());
  }

  /**
   * One of the two times of utimens.
   *
   * @param times the array, or null, which means now
   * @return null when the time is to stay as it is
   */
  static @Nullable Instant time(@Nullable Pointer times, int index, Instant now)
      throws FuseException {
    if (times == null) {
      return now;
    }
    long seconds = times.getLong(index * 16L);
    long nanos = times.getLong(index * 16L + 8);
    boolean linux = Platform.getNativePlatform().getOS() == Platform.OS.LINUX;
    if (nanos == (linux ? UTIME_NOW : -1)) {
      return now;
    }
    if (nanos == (linux ? UTIME_OMIT : -2)) {
      return null;
    }
    try {
      return Instant.ofEpochSecond(seconds, nanos);
    } catch (DateTimeException e) {
      throw new FuseException(Errno.EINVAL);
    }
  }
}
