package io.thins3.store;

import io.thins3.config.HttpSettings;
import java.time.Duration;

/**
 * How long calls to the store may take, and how often they are tried. Immutable.
 *
 * <pre>
 *   one wait          httpTimeout   for a connection, a head, the next bytes of a body
 *   one call          ioTimeout     all tries of a request, with their waits, to the answer's head
 * </pre>
 *
 * @param httpTimeout longest wait for a connection, and for the next byte of an answer
 * @param ioTimeout longest wait for an answer's beginning with all retries
 * @param attempts how often a request is sent at most
 * @param firstBackoff wait before the second attempt; doubled for each further one, half of it
 *     random
 * @param longestBackoff where the doubling ends
 * @param connections most requests at a time
 * @param credentialCheck how often credential files are looked at
 */
record StoreLimits(
    Duration httpTimeout,
    Duration ioTimeout,
    int attempts,
    Duration firstBackoff,
    Duration longestBackoff,
    int connections,
    Duration credentialCheck) {
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
   * The limits of a mount. The usual twelve attempts with waits of 50-100 ms, 100-200 ms, … 2.5-5 s
   * are 15 to 31 s altogether: a server that restarts in less is never noticed, and a refused
   * connection ends with its own error before the call's timeout hides it. A wait that took the
   * whole time of a call would leave none for a second try on another connection, so each may take
   * half of it. 64 requests: FUSE's 64 background requests.
   */
  static StoreLimits of(HttpSettings http) {
    Duration half = http.ioTimeout().dividedBy(2);
    return new StoreLimits(
        http.timeout().compareTo(half) > 0 ? half : http.timeout(),
        http.ioTimeout(),
        http.maxAttempts(),
        Duration.ofMillis(100),
        Duration.ofSeconds(5),
        64,
        Duration.ofSeconds(2));
  }
}
