package io.thins3.fuse.linux;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import jnr.ffi.types.u_int64_t;

/**
 * The functions of libc that a FUSE server needs, with libc's signatures; see section 2 of the
 * manual. Buffers are addresses, because they are the same ones again and again. Public because the
 * class that jnr-ffi generates lies in another class loader.
 */
public interface LibC {
  /** open(2). */
  int open(@In byte[] path, int flags);

  /** close(2). */
  int close(int fd);

  /** read(2). */
  @ssize_t
  long read(int fd, @u_int64_t long buffer, @size_t long count);

  /** write(2). */
  @ssize_t
  long write(int fd, @u_int64_t long buffer, @size_t long count);

  /** writev(2). */
  @ssize_t
  long writev(int fd, @u_int64_t long vector, int count);

  /** poll(2). */
  int poll(@In @Out int[] fds, @u_int64_t long count, int timeoutMillis);

  /** fcntl(2) with an int argument. */
  int fcntl(int fd, int command, int argument);

  /** pipe2(2). */
  int pipe2(@Out int[] fds, int flags);

  /** socketpair(2). */
  int socketpair(int domain, int type, int protocol, @Out int[] fds);

  /** recvmsg(2). */
  @ssize_t
  long recvmsg(int fd, @In @Out Pointer message, int flags);

  /** mount(2). */
  int mount(
      @In byte[] source,
      @In byte[] target,
      @In byte[] type,
      @u_int64_t long flags,
      @In byte[] data);

  /** waitpid(2). */
  int waitpid(int pid, @Out int[] status, int options);

  /** geteuid(2). */
  int geteuid();

  /** getegid(2). */
  int getegid();
}
