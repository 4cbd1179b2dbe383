package io.thins3.fuse.linux;

import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The open files, or the open directories. The file system releases a handle when no operation
 * works with it any more, once, on a thread that may wait and that nobody interrupts. Thread-safe.
 */
final class Handles<H extends OpenHandle> {
  private final String what;
  private final Consumer<H> end;
  private final SyncExecutor executor;
  private final CallTable calls;
  private final IdTable<H> open = new IdTable<>();

  /**
   * @param what they are, for messages
   * @param end releases one; may wait
   * @param executor where that is done
   * @param calls counts it as in service
   */
  Handles(String what, Consumer<H> end, SyncExecutor executor, CallTable calls) {
    this.what = what;
    this.end = end;
    this.executor = executor;
    this.calls = calls;
  }

  /** Something was opened. */
  void put(H handle) {
    open.put(handle);
  }

  /** How many are open. */
  int size() {
    return open.size();
  }

  /** The handle of a number, or null. */
  @Nullable H find(long id) {
    return open.get(id);
  }

  /**
   * An operation begins with the handle of a number; {@link #finish} is its end.
   *
   * @throws FuseException EBADF when there is none
   */
  H begin(long id) throws FuseException {
    H handle = open.get(id);
    if (handle == null || !handle.begin()) {
      throw notOpen(id);
    }
    return handle;
  }

  /** The file system has finished an operation. */
  void finish(H handle) {
    if (handle.finish()) {
      endLater(handle);
    }
  }

  /**
   * No more operations come.
   *
   * @throws FuseException EBADF when there is no such handle
   */
  void release(long id) throws FuseException {
    if (!discard(id)) {
      throw notOpen(id);
    }
  }

  /** As {@link #release}, where the kernel does not know the handle; false when there is none. */
  boolean discard(long id) {
    H handle = open.remove(id);
    if (handle == null) {
      return false;
    }
    if (handle.release()) {
      endLater(handle);
    }
    return true;
  }

  /** Releases all: the kernel sends no RELEASE when a connection ends. */
  void releaseAll() {
    open.entries().forEach(handle -> discard(handle.id));
  }

  private void endLater(H handle) {
    calls.begin();
    try {
      executor.execute(() -> end(handle));
    } catch (Throwable e) {
      // There is no memory even for the queue. Rather here than never.
      end(handle);
      Connection.logAccident("releasing later a", what, e);
    }
  }

  private void end(H handle) {
    try {
      end.accept(handle);
    } catch (Throwable e) {
      Connection.logAccident("releasing a", what, e);
    } finally {
      calls.finished();
    }
  }

  private FuseException notOpen(long id) {
    return new FuseException(Errno.EBADF, what + " " + id + " is not open", null);
  }
}
