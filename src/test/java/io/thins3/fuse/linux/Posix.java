package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.off_t;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import org.jspecify.annotations.Nullable;

/** System calls that Java does not offer, as a program under test would make them. */
final class Posix {
  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;
  static final int O_DIRECT = 040000;
  static final int SEEK_DATA = 3;
  static final int SEEK_HOLE = 4;

  /** libc's signatures. */
  public interface Calls {
    int open(@In byte[] path, int flags);

    int close(int fd);

    int pipe(@Out int[] fds);

    @ssize_t
    long pread(int fd, Pointer buffer, @size_t long count, @off_t long offset);

    @ssize_t
    long pwrite(int fd, Pointer buffer, @size_t long count, @off_t long offset);

    @ssize_t
    long readv(int fd, Pointer vector, int count);

    @off_t
    long lseek(int fd, @off_t long offset, int whence);

    @ssize_t
    long sendfile(int out, int in, @Nullable Pointer offset, @size_t long count);

    @ssize_t
    long splice(
        int in,
        @Nullable Pointer inOffset,
        int out,
        @Nullable Pointer outOffset,
        @size_t long count,
        int flags);

    @ssize_t
    long copy_file_range(
        int in,
        @Nullable Pointer inOffset,
        int out,
        @Nullable Pointer outOffset,
        @size_t long count,
        int flags);
  }

  static final Calls CALLS = LibraryLoader.create(Calls.class).load("c");
  static final jnr.ffi.Runtime RUNTIME = jnr.ffi.Runtime.getRuntime(CALLS);

  private Posix() {}

  static int open(Path path, int flags) {
    int fd = CALLS.open(Syscalls.cString(path.toString()), flags);
    assertThat(fd).as("open %s, errno %d", path, errno()).isNotNegative();
    return fd;
  }

  static int errno() {
    return RUNTIME.getLastError();
  }

  /** Direct memory whose address is a multiple of a page, as O_DIRECT wants it. */
  static ByteBuffer pages(int size) {
    return ByteBuffer.allocateDirect(size + 4096).alignedSlice(4096).limit(size).slice();
  }

  static Pointer pointer(ByteBuffer buffer) {
    return Pointer.wrap(RUNTIME, buffer);
  }

  /** The first bytes of a buffer. */
  static byte[] bytes(ByteBuffer buffer, long length) {
    byte[] bytes = new byte[(int) length];
    buffer.get(0, bytes);
    return bytes;
  }
}
