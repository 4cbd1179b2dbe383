package io.thins3.fuse.linux;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Buffers of one size that are used again. It never makes a thread wait for memory that another
 * holds: what is not there is allocated, and what is more than {@code idleLimit} is left to the
 * garbage collector when it comes back. Thread-safe.
 */
final class BufferPool {
  private final int size;
  private final int idleLimit;
  private final ArrayDeque<NativeBuffer> idle; // guarded by this; last in, first out: warm caches

  BufferPool(int size, int idleLimit) {
    this.size = size;
    this.idleLimit = idleLimit;
    this.idle = new ArrayDeque<>(idleLimit);
  }

  /** A buffer with any content. Throws OutOfMemoryError when there is no more direct memory. */
  NativeBuffer take() {
    NativeBuffer buffer = poll();
    return buffer != null ? buffer : NativeBuffer.allocate(size);
  }

  /** Gives a buffer back; nobody may use it any more. */
  synchronized void give(NativeBuffer buffer) {
    if (idle.size() < idleLimit) {
      idle.addLast(buffer);
    }
  }

  private synchronized @Nullable NativeBuffer poll() {
    return idle.pollLast();
  }
}
