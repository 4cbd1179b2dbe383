package io.thins3.fuse.linux;

import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.time.Duration;
import jnr.constants.platform.Errno;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * System calls. Those that can fail give a negative errno, as the kernel does, so that no caller
 * asks for errno after another call has changed it. Numbers are Linux' (asm-generic). Thread-safe.
 */
final class Syscalls {
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int ENODEV = 19;
  static final int ETIMEDOUT = 110;
  static final int ECONNABORTED = 103;

  static final int O_RDWR = 02;
  static final int O_NONBLOCK = 04000;
  static final int O_CLOEXEC = 02000000;
  static final int F_GETFL = 3;
  static final int F_DUPFD_CLOEXEC = 1030;
  static final int F_SETFL = 4;

  private static final int F_SETFD = 2;
  private static final int FD_CLOEXEC = 1;
  private static final int POLLIN = 1;

  /** struct pollfd: int fd, short events, short revents; the latter two as one int. */
  private static final int POLLFD_INTS = 2;

  private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private final LibC libc;
  private final Runtime runtime;

  private Syscalls(LibC libc) {
    this.libc = libc;
    this.runtime = Runtime.getRuntime(libc);
  }

  static Syscalls load() {
    return new Syscalls(LibraryLoader.create(LibC.class).load("c"));
  }

  LibC libc() {
    return libc;
  }

  Runtime runtime() {
    return runtime;
  }

  int open(String path, int flags) {
    return result(libc.open(cString(path), flags));
  }

  int close(int fd) {
    return result(libc.close(fd));
  }

  int read(int fd, NativeBuffer into) {
    return (int) result(libc.read(fd, into.address(), into.capacity()));
  }

  int write(int fd, long address, int count) {
    return (int) result(libc.write(fd, address, count));
  }

  int writev(int fd, long vector, int count) {
    return (int) result(libc.writev(fd, vector, count));
  }

  int fcntl(int fd, int command, int argument) {
    return result(libc.fcntl(fd, command, argument));
  }

  /** A descriptor that programs started from here do not inherit. */
  void closeOnExec(int fd) {
    fcntl(fd, F_SETFD, FD_CLOEXEC);
  }

  int mount(String source, String target, String type, long flags, String data) {
    return result(
        libc.mount(cString(source), cString(target), cString(type), flags, cString(data)));
  }

  /** recvmsg(2); the message is a struct msghdr. */
  long receive(int socket, Pointer message) {
    return result(libc.recvmsg(socket, message, 0));
  }

  /** waitpid(2) without options: waits until the child has ended. */
  int waitpid(int pid, int[] status) {
    return result(libc.waitpid(pid, status, 0));
  }

  /**
   * Waits until one of the descriptors can be read, or has ended.
   *
   * @return the index of the first that can, -ETIMEDOUT, or another negative errno
   */
  int awaitReadable(Duration deadline, int... fds) {
    // On the heap: it is called for each request of a polled device.
    int[] pollfds = new int[fds.length * POLLFD_INTS];
    for (int i = 0; i < fds.length; i++) {
      pollfds[i * POLLFD_INTS] = fds[i];
      pollfds[i * POLLFD_INTS + 1] = LITTLE_ENDIAN ? POLLIN : POLLIN << Short.SIZE;
    }
    long end = System.nanoTime() + deadline.toNanos();
    while (true) {
      long left = Math.max(0, Duration.ofNanos(end - System.nanoTime()).toMillis());
      int ready =
          result(libc.poll(pollfds, fds.length, (int) Math.min(left, Integer.MAX_VALUE - 1)));
      if (ready == 0 && left == 0) {
        return -ETIMEDOUT;
      }
      if (ready < 0 && ready != -EINTR) {
        return ready;
      }
      for (int i = 0; ready > 0 && i < fds.length; i++) {
        int events = pollfds[i * POLLFD_INTS + 1];
        if ((LITTLE_ENDIAN ? events >>> Short.SIZE : events & 0xffff) != 0) {
          return i;
        }
      }
    }
  }

  /** The name of a positive error number, with what it means. */
  static String describe(int errno) {
    Errno known = Errno.valueOf(errno);
    return known.name() + " (" + known.description() + ")";
  }

  /**
   * Text for a system call, with the NUL. Paths are encoded as the JVM decodes them, so that they
   * arrive as the user gave them.
   */
  static byte[] cString(String text) {
    byte[] bytes = text.getBytes(PATHS);
    return java.util.Arrays.copyOf(bytes, bytes.length + 1);
  }

  private static final Charset PATHS = pathCharset();

  private static Charset pathCharset() {
    String name = System.getProperty("sun.jnu.encoding", "UTF-8");
    return Charset.isSupported(name) ? Charset.forName(name) : Charset.defaultCharset();
  }

  private int result(int returned) {
    return returned < 0 ? -runtime.getLastError() : returned;
  }

  private long result(long returned) {
    return returned < 0 ? -runtime.getLastError() : returned;
  }
}
