package io.thins3.fuse.linux;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the kernel has opened, by the number under which it knows it, with the operations that the
 * file system has not finished. Thread-safe.
 *
 * <p>The kernel sends RELEASE when every other request was answered. But one that was interrupted
 * is answered before the file system has finished it, and the handle is its own until then:
 *
 * <pre>
 *   OPEN, n pending -- release() --> RELEASED, n pending -- the last finishes --> handle released
 * </pre>
 */
abstract class OpenHandle extends IdTable.Entry {
  private static final int RELEASED = Integer.MIN_VALUE;

  /** Operations that the file system works on, and the sign bit when released. */
  private final AtomicInteger pending = new AtomicInteger();

  OpenHandle(long id) {
    super(id);
  }

  /** An operation begins. False when it must not, because the handle was released. */
  final boolean begin() {
    while (true) {
      int count = pending.get();
      if (count < 0) {
        return false;
      }
      if (pending.compareAndSet(count, count + 1)) {
        return true;
      }
    }
  }

  /** An operation is finished. True when the handle is to be released now, by the caller. */
  final boolean finish() {
    return pending.decrementAndGet() == RELEASED;
  }

  /** No more operations begin; once. True when the handle is to be released now, by the caller. */
  final boolean release() {
    return pending.getAndUpdate(count -> count | RELEASED) == 0;
  }
}
