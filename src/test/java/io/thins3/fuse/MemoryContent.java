package io.thins3.fuse;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The bytes of a file in a {@link MemoryFileSystem}. Immutable, or guarded by the file system. */
public interface MemoryContent {
  /** Bytes in all. */
  long size();

  /** Fills the buffer from an offset; the caller asks for no byte past the end. */
  void get(long offset, ByteBuffer target);

  /** These bytes. */
  static MemoryContent of(byte[] bytes) {
    byte[] copy = bytes.clone();
    return new MemoryContent() {
      @Override
      public long size() {
        return copy.length;
      }

      @Override
      public void get(long offset, ByteBuffer target) {
        target.put(copy, (int) offset, target.remaining());
      }
    };
  }

  /**
   * A pattern of any size, different at every position of a few gigabytes, and for every seed: the
   * byte at an offset is {@link #patternAt}.
   */
  static MemoryContent pattern(long size, int seed) {
    return new MemoryContent() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public void get(long offset, ByteBuffer target) {
        for (long at = offset; target.hasRemaining(); at++) {
          target.put(patternAt(at, seed));
        }
      }
    };
  }

  /** One byte of a pattern. */
  static byte patternAt(long offset, int seed) {
    long mixed = (offset >>> 3) * 0x9E3779B97F4A7C15L + seed * 0xBF58476D1CE4E5B9L;
    mixed ^= mixed >>> 29;
    return (byte) (mixed >>> ((offset & 7) * 8));
  }

  /** A piece of a pattern, to compare with. */
  static byte[] patternBytes(long offset, int length, int seed) {
    byte[] bytes = new byte[length];
    pattern(offset + length, seed).get(offset, ByteBuffer.wrap(bytes));
    return bytes;
  }

  /** This content with some bytes written over it, growing as needed. */
  default MemoryContent with(long offset, ByteBuffer data) {
    byte[] bytes = bytes((int) Math.max(size(), offset + data.remaining()));
    data.duplicate().get(bytes, (int) offset, data.remaining());
    return of(bytes);
  }

  /** This content cut, or grown with zeros. */
  default MemoryContent resized(long size) {
    return of(Arrays.copyOf(bytes((int) Math.max(size, size())), (int) size));
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    get(0, ByteBuffer.wrap(bytes, 0, (int) Math.min(length, size())));
    return bytes;
  }
}
