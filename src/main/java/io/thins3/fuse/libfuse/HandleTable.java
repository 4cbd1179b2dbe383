package io.thins3.fuse.libfuse;

import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Gives open files and directories the numbers that go through C ({@code fuse_file_info.fh}).
 * Numbers are never used twice, so a late or wrong one finds nothing rather than another file.
 * Thread-safe.
 */
final class HandleTable<T> {
  private final ConcurrentMap<Long, T> open = new ConcurrentHashMap<>();
  private final AtomicLong last = new AtomicLong();

  /** Adds and gives the number, which is never 0. */
  long add(T handle) {
    long number = last.incrementAndGet();
    open.put(number, handle);
    return number;
  }

  /**
   * What was added under this number.
   *
   * @throws FuseException EBADF when nothing is
   */
  T get(long number) throws FuseException {
    T handle = open.get(number);
    if (handle == null) {
      throw new FuseException(Errno.EBADF);
    }
    return handle;
  }

  /** Removes; null when there is none. */
  @Nullable T remove(long number) {
    return open.remove(number);
  }

  /** Removes and returns all that is left. */
  List<T> removeAll() {
    List<T> left = new ArrayList<>();
    for (Long number : open.keySet()) {
      T handle = open.remove(number);
      if (handle != null) {
        left.add(handle);
      }
    }
    return left;
  }

  int size() {
    return open.size();
  }
}
