package io.thins3.fuse.linux;

import io.thins3.fuse.FileHandle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An open file, by the number under which the kernel knows it, with the reads and writes that the
 * file system has not finished.
 *
 * <p>The kernel sends RELEASE when every READ and WRITE was answered. But one that was interrupted
 * is answered before the file system has finished it, and the handle is its own until then:
 *
 * <pre>
 *   OPEN, n pending -- release() --> RELEASED, n pending -- the last finishes --> handle released
 * </pre>
 */
final class OpenFile extends IdTable.Entry {
  private static final int RELEASED = Integer.MIN_VALUE;

  private final FileHandle handle;
  private final boolean direct;

  /** Reads and writes that the file system works on, and the sign bit when released. */
  private final AtomicInteger pending = new AtomicInteger();

  /**
   * @param direct reads and writes go past the page cache
   */
  OpenFile(long id, FileHandle handle, boolean direct) {
    super(id);
    this.handle = handle;
    this.direct = direct;
  }

  FileHandle handle() {
    return handle;
  }

  boolean direct() {
    return direct;
  }

  /** A read or write begins. */
  void begin() {
    pending.incrementAndGet();
  }

  /** A read or write is finished. True when the handle is to be released now, by the caller. */
  boolean finish() {
    return pending.decrementAndGet() == RELEASED;
  }

  /** No more reads and writes come. True when the handle is to be released now, by the caller. */
  boolean release() {
    return pending.getAndUpdate(count -> count | RELEASED) == 0;
  }
}
