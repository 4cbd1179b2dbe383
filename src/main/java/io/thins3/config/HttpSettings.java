package io.thins3.config;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How requests travel to the store, and what is checked of the answers. Immutable.
 *
 * @param timeout longest wait for a connection, and for the next byte of an answer
 * @param ioTimeout longest that an operation goes on without any progress, with all its retries
 * @param maxAttempts how often a request is sent at most
 * @param client what sends them
 * @param caBundle the certificate authorities to trust, in PEM; null: those of the Java runtime
 * @param verifyTls whether the server's certificate is checked at all
 * @param verifyChecksums whether content that was read whole is compared with the store's checksum
 * @param listType which listing the store is asked for
 */
public record HttpSettings(
    Duration timeout,
    Duration ioTimeout,
    int maxAttempts,
    HttpClientKind client,
    @Nullable Path caBundle,
    boolean verifyTls,
    boolean verifyChecksums,
    ListType listType) {
  private static final Duration LEAST_DEFAULT = Duration.ofSeconds(60);
  private static final int ATTEMPTS = 12;

  /** Checks the ranges. */
  public HttpSettings {
    if (timeout.isNegative()
        || timeout.isZero()
        || ioTimeout.isNegative()
        || ioTimeout.isZero()
        || maxAttempts < 1) {
      throw new IllegalArgumentException(
          "timeout %s, ioTimeout %s, maxAttempts %d".formatted(timeout, ioTimeout, maxAttempts));
    }
  }

  /** Everything but the timeout as usual. */
  public static HttpSettings of(Duration timeout) {
    return new HttpSettings(
        timeout,
        ioTimeout(timeout),
        ATTEMPTS,
        HttpClientKind.NATIVE,
        null,
        true,
        true,
        ListType.AUTOMATIC);
  }

  /** The usual time without progress: there is always time for a second try. */
  static Duration ioTimeout(Duration timeout) {
    Duration twice = timeout.multipliedBy(2);
    return twice.compareTo(LEAST_DEFAULT) > 0 ? twice : LEAST_DEFAULT;
  }

  /** The same by another client. */
  public HttpSettings by(HttpClientKind other) {
    return new HttpSettings(
        timeout, ioTimeout, maxAttempts, other, caBundle, verifyTls, verifyChecksums, listType);
  }

  /** The same with another time without progress. */
  public HttpSettings withIoTimeout(Duration other) {
    return new HttpSettings(
        timeout, other, maxAttempts, client, caBundle, verifyTls, verifyChecksums, listType);
  }

  /** The same with another listing. */
  public HttpSettings withListType(ListType other) {
    return new HttpSettings(
        timeout, ioTimeout, maxAttempts, client, caBundle, verifyTls, verifyChecksums, other);
  }
}
