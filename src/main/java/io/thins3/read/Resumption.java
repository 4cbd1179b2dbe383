package io.thins3.read;

import java.time.Duration;

/**
 * When a GET whose body broke off is sent again: at once after progress, otherwise after a wait
 * that doubles, until there has been no progress for too long. Not thread-safe: the calls for one
 * GET are ordered.
 */
final class Resumption {
  /** Less than this does not count as progress: a server that sends drop by drop. */
  private static final long PROGRESS_BYTES = 64 << 10;

  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final long patienceNanos;
  private long progressAt;
  private long reachedThen;
  private boolean progressed = true; // the first attempt may have met a connection that had ended
  private Duration wait = FIRST_WAIT;

  /**
   * @param patience longest time without progress
   * @param now nanoseconds
   * @param offset first byte that is asked for
   */
  Resumption(Duration patience, long now, long offset) {
    this.patienceNanos = patience.toNanos();
    this.progressAt = now;
    this.reachedThen = offset;
  }

  /** Bytes up to there are here. */
  void reached(long offset, long now) {
    if (offset - reachedThen >= PROGRESS_BYTES) {
      reachedThen = offset;
      progressAt = now;
      progressed = true;
      wait = FIRST_WAIT;
    }
  }

  /** So long it has waited for its turn, when there could be no progress. */
  void waited(long nanos) {
    progressAt += nanos;
  }

  /** Whether there has been no progress for too long. */
  boolean isHopeless(long now) {
    return now - progressAt > patienceNanos;
  }

  /** When there was progress last, nanoseconds. */
  long progressAt() {
    return progressAt;
  }

  /** How long to wait before the next attempt, which is going to be made. */
  Duration nextWait() {
    if (progressed) {
      progressed = false;
      return Duration.ZERO;
    }
    Duration next = wait;
    Duration doubled = wait.multipliedBy(2);
    wait = doubled.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : doubled;
    return next;
  }
}
