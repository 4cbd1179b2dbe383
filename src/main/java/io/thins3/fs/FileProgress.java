package io.thins3.fs;

import java.util.concurrent.atomic.AtomicLong;

/** How much of a small file was asked for through one handle. Thread-safe. */
final class FileProgress {
  private final long size;
  private final AtomicLong asked = new AtomicLong();

  FileProgress(long size) {
    this.size = size;
  }

  void read(long offset, int length) {
    if (offset < size) {
      asked.addAndGet(Math.min(length, size - offset));
    }
  }

  /**
   * Whether it was read, and not to its end. A file that was not read at all may have been: when
   * the kernel still has its pages, open is all that is seen here.
   */
  boolean isInPart() {
    long bytes = asked.get();
    return bytes > 0 && bytes < size;
  }
}
