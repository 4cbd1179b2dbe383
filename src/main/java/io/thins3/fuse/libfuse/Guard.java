package io.thins3.fuse.libfuse;

import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last frame before C: lets nothing out. What leaves an upcall as a Throwable is dropped by
 * jffi, which returns 0: success, and end of file from a read.
 */
final class Guard {
  private static final Logger log = LoggerFactory.getLogger(Guard.class);

  private Guard() {}

  /** An operation's body; returns what the callback returns. */
  @FunctionalInterface
  interface Body {
    int run() throws FuseException;
  }

  /** Runs an operation; what fails returns a negative error number, an accident is logged. */
  static int run(String operation, Body body) {
    try {
      return body.run();
    } catch (FuseException e) {
      return NativeErrno.answer(e.errno());
    } catch (Throwable e) {
      logged(operation, e);
      return NativeErrno.answer(Errno.EIO);
    }
  }

  @SuppressWarnings("EmptyCatch")
  private static void logged(String operation, Throwable accident) {
    try {
      log.error("{} failed", operation, accident);
    } catch (Throwable e) {
      // Out of memory even for the log line: the caller's EIO is all that is left to say.
    }
  }
}
