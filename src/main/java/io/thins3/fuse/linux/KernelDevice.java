package io.thins3.fuse.linux;

import io.thins3.fuse.linux.FuseProtocol.fuse_out_header;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An open /dev/fuse.
 *
 * <p>All threads use the one descriptor. A clone of it for each (FUSE_DEV_IOC_CLONE) would spare
 * them a lock in the kernel, but a request can be answered only through the clone that read it, and
 * so an INTERRUPT that came out of another clone could not be put off (EAGAIN): it would be lost,
 * and its reader stuck.
 *
 * <p>Answers come from threads of the file system, at any time, also after the end. So that none is
 * written to whatever has the descriptor's number by then, calls are counted, and the last one out
 * closes:
 *
 * <pre>
 *   OPEN, n calls -- close() --> CLOSED, n calls -- the last returns --> descriptor closed
 * </pre>
 */
final class KernelDevice implements Device {
  /** struct iovec: pointer, size_t. */
  private static final int IOVEC_SIZE = 16;

  /** UIO_MAXIOV. */
  private static final int MAX_VECTOR = 1024;

  private static final int CLOSED = Integer.MIN_VALUE;

  private final Syscalls sys;
  private final int fd;

  /** Calls that are going on, and the sign bit when closed. */
  private final AtomicInteger calls = new AtomicInteger();

  KernelDevice(Syscalls sys, int fd) {
    this.sys = sys;
    this.fd = fd;
  }

  int fd() {
    return fd;
  }

  @Override
  public int read(NativeBuffer into) {
    if (!enter()) {
      return -Syscalls.ENODEV;
    }
    try {
      return sys.read(fd, into);
    } finally {
      leave();
    }
  }

  @Override
  public int write(NativeBuffer answer, int length) {
    if (!enter()) {
      return Syscalls.ENODEV;
    }
    try {
      return errno(sys.write(fd, answer.address(), length));
    } finally {
      leave();
    }
  }

  @Override
  public int write(NativeBuffer answer, List<ByteBuffer> data) {
    if (!enter()) {
      return Syscalls.ENODEV;
    }
    try {
      int room = (answer.capacity() - fuse_out_header.SIZE) / IOVEC_SIZE;
      // The first element is the header.
      boolean asTheyAre = data.size() < Math.min(room, MAX_VECTOR);
      for (int i = 0; asTheyAre && i < data.size(); i++) {
        asTheyAre = data.get(i).isDirect();
      }
      return writeVector(answer, asTheyAre ? data : List.of(joined(data)));
    } finally {
      leave();
    }
  }

  private int writeVector(NativeBuffer answer, List<ByteBuffer> data) {
    ByteBuffer vector = answer.bytes();
    putElement(vector, 0, answer.address(), fuse_out_header.SIZE);
    int count = 1;
    for (int i = 0; i < data.size(); i++) {
      ByteBuffer part = data.get(i);
      if (part.hasRemaining()) {
        putElement(vector, count++, NativeBuffer.addressOf(part), part.remaining());
      }
    }
    try {
      return errno(sys.writev(fd, answer.address() + fuse_out_header.SIZE, count));
    } finally {
      // Until here nothing but addresses was needed, and memory without a user is freed.
      Reference.reachabilityFence(data);
    }
  }

  private static void putElement(ByteBuffer vector, int index, long base, long length) {
    int at = fuse_out_header.SIZE + index * IOVEC_SIZE;
    vector.putLong(at, base);
    vector.putLong(at + 8, length);
  }

  private static ByteBuffer joined(List<ByteBuffer> data) {
    int size = data.stream().mapToInt(ByteBuffer::remaining).sum();
    ByteBuffer joined = ByteBuffer.allocateDirect(size);
    data.forEach(part -> joined.put(part.duplicate()));
    return joined.flip();
  }

  private static int errno(int result) {
    return result < 0 ? -result : 0;
  }

  @Override
  public void close() {
    int before = calls.getAndUpdate(count -> count | CLOSED);
    if (before == 0) {
      sys.close(fd);
    }
  }

  private boolean enter() {
    while (true) {
      int count = calls.get();
      if (count < 0) {
        return false;
      }
      if (calls.compareAndSet(count, count + 1)) {
        return true;
      }
    }
  }

  private void leave() {
    if (calls.decrementAndGet() == CLOSED) {
      sys.close(fd);
    }
  }
}
