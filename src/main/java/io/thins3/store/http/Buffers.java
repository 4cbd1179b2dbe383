package io.thins3.store.http;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Direct buffers of one client's connections: what an ended connection has given back serves the
 * next one. Else they would pile up beside every memory limit until a garbage collection, which a
 * process with much room in its heap seldom makes. Thread-safe.
 */
final class Buffers {
  /** In place of a buffer that was given away. */
  static final ByteBuffer NONE = ByteBuffer.allocate(0);

  /** By size: there are two or three. Guarded by this. */
  private final Map<Integer, Deque<ByteBuffer>> free = new HashMap<>();

  private long allocated;

  /** An empty direct buffer of that size. */
  synchronized ByteBuffer take(int bytes) {
    Deque<ByteBuffer> some = free.get(bytes);
    ByteBuffer buffer = some == null ? null : some.pollFirst();
    if (buffer == null) {
      allocated += bytes;
      return ByteBuffer.allocateDirect(bytes);
    }
    return buffer.clear();
  }

  /** Gives one back that nobody uses any more; {@link #NONE} is nothing. */
  synchronized void give(ByteBuffer buffer) {
    if (buffer.capacity() > 0) {
      free.computeIfAbsent(buffer.capacity(), any -> new ArrayDeque<>()).addFirst(buffer);
    }
  }

  /** Leaves those that are free to the garbage collector. */
  synchronized void clear() {
    free.clear();
  }

  /** Bytes that were allocated in all. */
  synchronized long allocated() {
    return allocated;
  }
}
