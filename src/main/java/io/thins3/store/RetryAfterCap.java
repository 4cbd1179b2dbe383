package io.thins3.store;

import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Bounds what a server may ask for in {@code Retry-After}, which the SDK would sleep whatever its
 * length. MinIO sends 60 s with every 429, the whole time that a call has; its limit is one of
 * requests at a time, so it has room again much earlier.
 */
final class RetryAfterCap implements ExecutionInterceptor {
  private static final String HEADER = "Retry-After";

  private final Duration longest;

  RetryAfterCap(Duration longest) {
    this.longest = longest;
  }

  @Override
  public SdkHttpResponse modifyHttpResponse(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    SdkHttpResponse response = context.httpResponse();
    Optional<String> wish = response.firstMatchingHeader(HEADER);
    if (wish.isEmpty() || isShort(wish.get())) {
      return response;
    }
    return response.toBuilder().putHeader(HEADER, Long.toString(longest.toSeconds())).build();
  }

  private boolean isShort(String seconds) {
    // Anything longer, and a date, is replaced.
    return seconds.matches("[0-9]{1,6}") && Long.parseLong(seconds) <= longest.toSeconds();
  }
}
