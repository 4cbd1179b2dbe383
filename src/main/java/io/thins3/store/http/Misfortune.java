package io.thins3.store.http;

import org.slf4j.Logger;

/**
 * What must not happen and does: a thread that serves all requests says so once and goes on, rather
 * than filling the log or ending. For one thread.
 */
final class Misfortune {
  private final Logger log;
  private final String meaning;
  private boolean reported;

  /**
   * Creates one.
   *
   * @param meaning what it means for the mount
   */
  Misfortune(Logger log, String meaning) {
    this.log = log;
    this.meaning = meaning;
  }

  /** Logs the first of them. Does not fail. */
  void report(Throwable cause) {
    if (reported) {
      return;
    }
    reported = true;
    try {
      log.error("{}: {}", meaning, cause.toString(), cause);
    } catch (Throwable e) {
      // What is short may be memory, which the log needs too; the thread goes on without a word.
      cause.addSuppressed(e);
    }
  }
}
