package io.thins3.fuse.linux;

import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory of WRITEs that the file system has not replied to. Thread-safe.
 *
 * <p>A WRITE may have to stay where the kernel put it, in a buffer for the largest request, without
 * a copy. Where few do that is right; hundreds of small ones that wait for a store would need
 * hundreds of MiB, and then all threads that take requests would be without a buffer. So from
 * {@link #IN_PLACE} on small ones are copied into memory of their own size, and from the limit on
 * there is none for more.
 */
final class WriteMemory {
  /** Up to here all of them stay in place. */
  private static final long IN_PLACE = 16 << 20;

  /** Larger ones stay in place always: the copy would cost more than it saves. */
  private static final int COPIED = 128 << 10;

  /** A quarter of the memory that the JVM may use, so that readers have theirs; at least 64 MiB. */
  static final long LIMIT = Math.max(64L << 20, Runtime.getRuntime().maxMemory() / 4);

  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  WriteMemory(long limit) {
    this.limit = limit;
  }

  /** Whether a WRITE of so many bytes is to be copied now. */
  boolean copies(int size) {
    return size <= COPIED && taken.get() + Connection.REQUEST_SIZE > Math.min(IN_PLACE, limit);
  }

  /**
   * Takes memory for a WRITE.
   *
   * @return as many bytes
   * @throws FuseException ENOMEM when there is none left. Each WRITE is a program that waits, and
   *     the kernel keeps none back, while the requests behind them are to be served.
   */
  int take(int bytes) throws FuseException {
    if (taken.addAndGet(bytes) > limit) {
      taken.addAndGet(-bytes);
      throw new FuseException(Errno.ENOMEM);
    }
    return bytes;
  }

  /** Gives it back. */
  void give(int bytes) {
    taken.addAndGet(-bytes);
  }

  /** Bytes that are taken. */
  long taken() {
    return taken.get();
  }
}
