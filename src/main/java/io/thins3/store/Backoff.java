package io.thins3.store;

import java.time.Duration;
import java.util.function.LongUnaryOperator;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * How long to wait before a request is sent again: waits that double, half of each by chance, so
 * that those who failed together do not come back together. Thread-safe where the generator is.
 */
final class Backoff {
  private final Duration first;
  private final Duration longest;
  private final LongUnaryOperator random;

  /**
   * Creates one.
   *
   * @param random a number from 0 to below its argument
   */
  Backoff(Duration first, Duration longest, LongUnaryOperator random) {
    this.first = first;
    this.longest = longest;
    this.random = random;
  }

  /**
   * The wait after a try, or what the store asks for, where that is not too long.
   *
   * @param attempt 1 after the first try
   */
  Duration pause(int attempt, Exception failure) {
    long jittered = jittered(attempt);
    return Duration.ofNanos(Math.max(jittered, Math.min(longest.toNanos(), asked(failure))));
  }

  private long jittered(int attempt) {
    long doubled = first.toNanos() << Math.min(attempt - 1, 20);
    long whole = Math.min(longest.toNanos(), doubled);
    return whole / 2 + random.applyAsLong(whole / 2 + 1);
  }

  private static long asked(Exception failure) {
    if (!(failure instanceof AwsServiceException answer)
        || answer.awsErrorDetails() == null
        || answer.awsErrorDetails().sdkHttpResponse() == null) {
      return 0;
    }
    return answer
        .awsErrorDetails()
        .sdkHttpResponse()
        .firstMatchingHeader("Retry-After")
        .filter(seconds -> seconds.matches("[0-9]{1,6}"))
        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)).toNanos())
        .orElse(0L);
  }
}
