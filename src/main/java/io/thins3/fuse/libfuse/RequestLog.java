package io.thins3.fuse.libfuse;

import io.thins3.fuse.FuseException;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs operations behind {@link Guard} and, when asked for, logs each: its name, what it is about,
 * its result or error, and how long it took. libfuse's own {@code -d} is not used, because it
 * writes names as they are to standard error, which a process in the background does not have.
 */
final class RequestLog {
  private static final Logger log = LoggerFactory.getLogger("io.thins3.fuse.requests");

  private final boolean enabled;

  RequestLog(boolean enabled) {
    this.enabled = enabled;
  }

  /** Says what a request is about; called only when that is logged. */
  @FunctionalInterface
  interface Subject {
    String describe() throws FuseException;
  }

  /** As {@link Guard#run}. */
  int run(String operation, Subject subject, Guard.Body body) {
    if (!enabled) {
      return Guard.run(operation, body);
    }
    // Before the operation: a file that has been released has no path any more.
    String about = describe(subject);
    long begin = System.nanoTime();
    int result = Guard.run(operation, body);
    long nanos = System.nanoTime() - begin;
    return Guard.run(
        operation,
        () -> {
          log.debug("{} {}: {} in {} ms", operation, about, shown(result), millis(nanos));
          return result;
        });
  }

  private static String describe(Subject subject) {
    try {
      return subject.describe();
    } catch (FuseException | RuntimeException e) {
      return "(" + e + ")";
    }
  }

  private static String shown(int result) {
    return result < 0
        ? jnr.constants.platform.Errno.valueOf(-result).name()
        : Integer.toString(result);
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.3f", nanos / 1e6);
  }
}
