package io.thins3.store;

import java.time.Duration;

/**
 * How long calls to the store may take, and how often they are tried. Immutable.
 *
 * @param httpTimeout longest wait for a connection, and for the next byte of an answer
 * @param callTimeout longest wait for an answer's beginning with all retries, and for the next byte
 *     of a body with all resumptions
 * @param attempts how often a request is sent at most
 * @param firstBackoff wait before the second attempt; doubled for each further one, half of it
 *     random
 * @param longestBackoff where the doubling ends
 * @param connections most connections at a time
 * @param credentialCheck how often credential files are looked at
 */
record StoreLimits(
    Duration httpTimeout,
    Duration callTimeout,
    int attempts,
    Duration firstBackoff,
    Duration longestBackoff,
    int connections,
    Duration credentialCheck) {
  /** semantics: "retried until 60 s without any progress, then EIO: every operation ends". */
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(60);

  /** Checks the ranges. */
  StoreLimits {
    if (httpTimeout.isNegative() || httpTimeout.isZero()) {
      throw new IllegalArgumentException("httpTimeout " + httpTimeout);
    }
    if (attempts < 1 || connections < 1) {
      throw new IllegalArgumentException("attempts " + attempts + ", connections " + connections);
    }
  }

  /**
   * The limits of a mount. Twelve attempts with waits of 50-100 ms, 100-200 ms, … 2.5-5 s are 15 to
   * 31 s altogether: a server that restarts in less is never noticed, and a refused connection ends
   * with its own error before the call's timeout hides it. 64 connections: FUSE's 64 background
   * requests.
   */
  static StoreLimits of(Duration httpTimeout) {
    Duration twice = httpTimeout.multipliedBy(2);
    return new StoreLimits(
        httpTimeout,
        twice.compareTo(CALL_TIMEOUT) > 0 ? twice : CALL_TIMEOUT,
        12,
        Duration.ofMillis(100),
        Duration.ofSeconds(5),
        64,
        Duration.ofSeconds(2));
  }
}
