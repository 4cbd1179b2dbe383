package io.thins3.fuse.linux;

import io.thins3.fuse.MountException;
import io.thins3.fuse.MountException.Reason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A connection that can be ended from here although its mount stays: readers wait for a request or
 * for the end of a pipe. A thread in read(2) of /dev/fuse itself comes back only with a request, or
 * when the mount ends, which is the normal way; this one costs a system call more for each request,
 * and wakes all readers for each.
 */
final class PolledDevice implements Device {
  /** After it a read gives EAGAIN, so that whoever reads can look at a deadline of its own. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Syscalls sys;
  private final int fd;
  private final KernelDevice device;
  private final int pipeOut;
  private final int pipeIn;
  private final AtomicBoolean stopped = new AtomicBoolean();

  PolledDevice(Syscalls sys, int fd, int flags) throws MountException {
    this.sys = sys;
    this.fd = fd;
    int[] pipe = new int[2];
    int result = sys.libc().pipe2(pipe, Syscalls.O_CLOEXEC);
    if (result < 0) {
      throw new MountException(Reason.FAILED, "no pipe: too many open files");
    }
    this.pipeOut = pipe[0];
    this.pipeIn = pipe[1];
    // Another reader may have taken the request that this one was woken for.
    sys.fcntl(fd, Syscalls.F_SETFL, flags | Syscalls.O_NONBLOCK);
    this.device = new KernelDevice(sys, fd);
  }

  @Override
  public int read(NativeBuffer into) {
    int ready = sys.awaitReadable(PATIENCE, fd, pipeOut);
    if (stopped.get()) {
      return -Syscalls.ENODEV;
    }
    if (ready == -Syscalls.ETIMEDOUT) {
      return -Syscalls.EAGAIN;
    }
    // Also when it is the pipe: then it says EAGAIN, and the next time it is stopped.
    return ready < 0 ? ready : device.read(into);
  }

  @Override
  public int write(NativeBuffer answer, int length) {
    return device.write(answer, length);
  }

  @Override
  public int write(NativeBuffer answer, List<ByteBuffer> data) {
    return device.write(answer, data);
  }

  /** Wakes the readers. The other end of the pipe stays open: they may wait on it right now. */
  @Override
  public void stopReading() {
    if (stopped.compareAndSet(false, true)) {
      sys.close(pipeIn);
    }
  }

  @Override
  public void close() {
    stopReading();
    device.close();
  }

  /** To be called when no thread reads any more. */
  void closePipe() {
    sys.close(pipeOut);
  }
}
