package io.thins3.fuse.linux;

import io.thins3.fuse.Attributes;
import io.thins3.fuse.Entry;
import io.thins3.fuse.FileSystem.AttributesAnswer;
import io.thins3.fuse.StatFs;
import io.thins3.fuse.linux.FuseProtocol.fuse_attr;
import io.thins3.fuse.linux.FuseProtocol.fuse_attr_out;
import io.thins3.fuse.linux.FuseProtocol.fuse_entry_out;
import io.thins3.fuse.linux.FuseProtocol.fuse_kstatfs;
import io.thins3.fuse.linux.FuseProtocol.fuse_open_out;
import io.thins3.fuse.linux.FuseProtocol.fuse_out_header;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;

/**
 * Writes the structures of answers. Buffers are used again, so every byte is written, the padding
 * among them. Each method but {@link #header} returns the offset behind what it wrote.
 */
final class AnswerEncoder {
  /**
   * {@code st_blksize}: what stdio and cp read and write at a time. Each is a request when the page
   * cache is not in between, so it is much larger than a page; with 128 KiB a request costs little
   * against its bytes.
   */
  static final int PREFERRED_IO_SIZE = 128 << 10;

  private AnswerEncoder() {}

  /**
   * The header, at the beginning.
   *
   * @param length of the whole answer
   * @param error 0, a negative errno, or a notice's code
   */
  static void header(ByteBuffer out, int length, int error, long unique) {
    out.putInt(fuse_out_header.len, length);
    out.putInt(fuse_out_header.error, error);
    out.putLong(fuse_out_header.unique, unique);
  }

  static int entry(ByteBuffer out, int at, long nodeId, Entry entry) {
    out.putLong(at + fuse_entry_out.nodeid, nodeId);
    out.putLong(at + fuse_entry_out.generation, 0);
    timeout(
        out,
        at + fuse_entry_out.entry_valid,
        at + fuse_entry_out.entry_valid_nsec,
        entry.entryTtl());
    timeout(
        out,
        at + fuse_entry_out.attr_valid,
        at + fuse_entry_out.attr_valid_nsec,
        entry.attributesTtl());
    return attributes(out, at + fuse_entry_out.attr, entry.attributes());
  }

  /** There is no such name, and for how long. */
  static int absentEntry(ByteBuffer out, int at, Duration ttl) {
    int end = zeros(out, at, fuse_entry_out.SIZE);
    timeout(out, at + fuse_entry_out.entry_valid, at + fuse_entry_out.entry_valid_nsec, ttl);
    return end;
  }

  static int attributes(ByteBuffer out, int at, AttributesAnswer answer) {
    timeout(out, at + fuse_attr_out.attr_valid, at + fuse_attr_out.attr_valid_nsec, answer.ttl());
    out.putInt(at + fuse_attr_out.attr_valid_nsec + 4, 0);
    return attributes(out, at + fuse_attr_out.attr, answer.attributes());
  }

  private static int attributes(ByteBuffer out, int at, Attributes attributes) {
    out.putLong(at + fuse_attr.ino, attributes.ino());
    out.putLong(at + fuse_attr.size, attributes.size());
    out.putLong(at + fuse_attr.blocks, attributes.blocks());
    time(out, at + fuse_attr.atime, at + fuse_attr.atimensec, attributes.atime());
    time(out, at + fuse_attr.mtime, at + fuse_attr.mtimensec, attributes.mtime());
    time(out, at + fuse_attr.ctime, at + fuse_attr.ctimensec, attributes.ctime());
    out.putInt(at + fuse_attr.mode, attributes.mode());
    out.putInt(at + fuse_attr.nlink, attributes.links());
    out.putInt(at + fuse_attr.uid, attributes.uid());
    out.putInt(at + fuse_attr.gid, attributes.gid());
    out.putInt(at + fuse_attr.rdev, 0);
    out.putInt(at + fuse_attr.blksize, PREFERRED_IO_SIZE);
    out.putInt(at + fuse_attr.flags, 0);
    return at + fuse_attr.SIZE;
  }

  static int opened(ByteBuffer out, int at, long handle, int openFlags) {
    out.putLong(at + fuse_open_out.fh, handle);
    out.putInt(at + fuse_open_out.open_flags, openFlags);
    out.putInt(at + fuse_open_out.open_flags + 4, 0);
    return at + fuse_open_out.SIZE;
  }

  static int statfs(ByteBuffer out, int at, StatFs numbers) {
    int end = zeros(out, at, fuse_kstatfs.SIZE);
    out.putLong(at + fuse_kstatfs.blocks, numbers.blocks());
    out.putLong(at + fuse_kstatfs.bfree, numbers.freeBlocks());
    out.putLong(at + fuse_kstatfs.bavail, numbers.freeBlocks());
    out.putLong(at + fuse_kstatfs.files, numbers.files());
    out.putLong(at + fuse_kstatfs.ffree, numbers.freeFiles());
    out.putInt(at + fuse_kstatfs.bsize, numbers.blockSize());
    out.putInt(at + fuse_kstatfs.frsize, numbers.blockSize());
    out.putInt(at + fuse_kstatfs.namelen, numbers.maxNameLength());
    return end;
  }

  /** Zeros; the length is a multiple of 8. */
  static int zeros(ByteBuffer out, int at, int length) {
    for (int i = 0; i < length; i += 8) {
      out.putLong(at + i, 0);
    }
    return at + length;
  }

  private static void time(ByteBuffer out, int seconds, int nanoseconds, Instant time) {
    out.putLong(seconds, time.getEpochSecond());
    out.putInt(nanoseconds, time.getNano());
  }

  private static void timeout(ByteBuffer out, int seconds, int nanoseconds, Duration ttl) {
    Duration timeout = ttl.isNegative() ? Duration.ZERO : ttl;
    out.putLong(seconds, timeout.getSeconds());
    out.putInt(nanoseconds, timeout.getNano());
  }
}
