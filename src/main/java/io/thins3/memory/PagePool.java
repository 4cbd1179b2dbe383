package io.thins3.memory;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Direct memory that is not in use. The page that came last goes first: it is the one that the
 * processor's caches know, and what lies at the other end is known to be idle.
 *
 * <p>Not thread-safe: its budget guards it.
 */
final class PagePool {
  /** The figure: long enough for a pause between two files, short enough to be noticed. */
  static final Duration IDLE = Duration.ofSeconds(30);

  private record Idle(ByteBuffer memory, long since) {}

  private final ArrayDeque<Idle> idle = new ArrayDeque<>();

  /** A page of memory, or null when none is here. */
  @Nullable ByteBuffer poll() {
    Idle last = idle.pollLast();
    return last == null ? null : last.memory.clear();
  }

  /** Keeps memory for the next one who needs some. */
  void add(ByteBuffer memory, long now) {
    idle.addLast(new Idle(memory, now));
  }

  /** Lets go of what has been idle for {@link #IDLE}; returns how many pages that were. */
  int trim(long now) {
    int before = idle.size();
    for (Idle first = idle.peekFirst();
        first != null && now - first.since >= IDLE.toNanos();
        first = idle.peekFirst()) {
      idle.removeFirst();
    }
    return before - idle.size();
  }

  int size() {
    return idle.size();
  }
}
