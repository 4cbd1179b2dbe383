package io.thins3.config;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How requests travel to the store, and what is checked of the answers. Immutable.
 *
 * @param timeout longest wait for a connection, and for the next byte of an answer
 * @param client what sends them
 * @param caBundle the certificate authorities to trust, in PEM; null: those of the Java runtime
 * @param verifyTls whether the server's certificate is checked at all
 * @param verifyChecksums whether content that was read whole is compared with the store's checksum
 */
public record HttpSettings(
    Duration timeout,
    HttpClientKind client,
    @Nullable Path caBundle,
    boolean verifyTls,
    boolean verifyChecksums) {
  /** Everything but the timeout as usual. */
  public static HttpSettings of(Duration timeout) {
    return new HttpSettings(timeout, HttpClientKind.NATIVE, null, true, true);
  }
}
