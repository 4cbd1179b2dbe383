package io.thins3.store;

import io.thins3.store.http.Headers;
import io.thins3.store.http.HttpClient;
import io.thins3.store.http.HttpRequest;
import io.thins3.store.http.HttpResponse;
import io.thins3.store.http.RequestBody;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * Requests that are signed and sent without the SDK's pipeline, which costs a multiple of what
 * signing and sending cost; its credentials are used. One try each. Thread-safe.
 */
final class DirectRequests {
  private static final int FIRST_ERROR = 300;

  private final HttpClient client;
  private final Route route;
  private final AwsCredentialsProvider credentials;
  private final SignatureV4 signature;
  private final InstantSource clock;
  private final ObjectHeaders always;

  /** How far the store's clock is ahead, once it has refused a request for that. */
  private volatile Duration skew = Duration.ZERO;

  DirectRequests(
      HttpClient client,
      Route route,
      AwsCredentialsProvider credentials,
      SignatureV4 signature,
      InstantSource clock,
      ObjectHeaders always) {
    this.client = client;
    this.route = route;
    this.credentials = credentials;
    this.signature = signature;
    this.clock = clock;
    this.always = always;
  }

  /**
   * Sends a request.
   *
   * @param key the object's, or "" for the bucket
   * @param query encoded, its parameters in their order by name; "" for none
   * @param headers what is particular to the request; more are added
   * @return the answer, of a status below 300
   * @throws IOException when no answer came
   * @throws software.amazon.awssdk.services.s3.model.S3Exception for any other answer
   */
  HttpResponse send(
      String method, String key, String query, Headers headers, RequestBody body, Duration atMost)
      throws IOException {
    HttpRequest request = signed(method, key, query, headers, body);
    return good(client.prepare(request, atMost).call());
  }

  /** What names an object of the bucket as the source of a copy. */
  static String copySource(String bucket, String key) {
    return "/" + bucket + "/" + encodedKey(key);
  }

  private static String encodedKey(String key) {
    return SdkHttpUtils.urlEncodeIgnoreSlashes(key);
  }

  /** Asks for an object's content; a second time when its answer is late. As {@link #send}. */
  HttpResponse get(String key, Headers headers, Duration atMost) throws IOException {
    HttpRequest request = signed("GET", key, "", headers, RequestBody.none());
    return good(client.executeHedged(request, atMost));
  }

  private HttpRequest signed(
      String method, String key, String query, Headers headers, RequestBody body) {
    String path = path(key);
    headers.add("User-Agent", "thins3");
    always.of(method, key).forEach(headers::add);
    AwsCredentials identity = credentials.resolveCredentials();
    if (isKnown(identity.accessKeyId())) {
      signature.sign(
          identity,
          route.region(),
          clock.instant().plus(skew),
          method,
          path,
          query,
          route.origin().hostHeader(),
          headers,
          body.length() > 0 ? SignatureV4.UNSIGNED : SignatureV4.EMPTY);
    }
    return new HttpRequest(
        route.origin(), method, query.isEmpty() ? path : path + "?" + query, headers, body);
  }

  private HttpResponse good(HttpResponse response) throws IOException {
    if (response.status() < FIRST_ERROR) {
      return response;
    }
    learnClock(response);
    throw ErrorAnswers.read(response);
  }

  /** Anonymous credentials have no key. */
  private static boolean isKnown(@Nullable String accessKey) {
    return accessKey != null;
  }

  private String path(String key) {
    if (key.isEmpty() && route.path().length() > 1) {
      return route.path().substring(0, route.path().length() - 1);
    }
    return route.path() + encodedKey(key);
  }

  /** Every refusal tells the store's time, so that one for the clock is the last of its kind. */
  private void learnClock(HttpResponse refusal) {
    String date = refusal.headers().first("Date");
    if (refusal.status() != 403 || date == null) {
      return;
    }
    Instant theirs = time(date);
    Instant ours = clock.instant();
    // Seconds of difference are rounding and travel; the store allows 15 minutes.
    if (theirs != null && Duration.between(ours, theirs).abs().toMinutes() >= 4) {
      skew = Duration.between(ours, theirs);
    }
  }

  /** A number of bytes as HTTP writes it, or null when it is none. */
  static @Nullable Long number(@Nullable String digits) {
    return digits == null || !digits.matches("[0-9]{1,18}") ? null : Long.valueOf(digits);
  }

  /** A time as HTTP writes it, or null when it is none. */
  static @Nullable Instant time(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      // Left to who needs it: some answers have none.
      return null;
    }
  }
}
