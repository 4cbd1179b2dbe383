package io.thins3.store;

import io.thins3.store.StoreException.Kind;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Turns what the SDK throws into {@link StoreException}s: the one place that does. A message reads
 * {@code GET s3://bucket/key: NoSuchKey (404, request id …)}.
 */
final class StoreErrors {
  /** Stands for the status that a key's failure has not. */
  private static final int FAILED = 400;

  private final String bucket;
  private final String store;

  /**
   * Creates one.
   *
   * @param store the store's address, for messages about failed connections
   */
  StoreErrors(String bucket, String store) {
    this.bucket = bucket;
    this.store = store;
  }

  /**
   * Translates a failure. A failure by interrupt leaves the thread's interrupt status set.
   *
   * @param region the region that the request was signed for
   */
  StoreException translate(S3Operation operation, String key, String region, Throwable failure) {
    return translateBody(operation, key, region, failure, null);
  }

  /**
   * The same of a failure after the answer has begun.
   *
   * @param requestId of that answer, or null when it has none
   */
  StoreException translateBody(
      S3Operation operation,
      String key,
      String region,
      Throwable failure,
      @Nullable String requestId) {
    Diagnosis diagnosis = diagnose(failure, region, operation == S3Operation.HEAD);
    if (diagnosis.kind() == Kind.INTERRUPTED) {
      Thread.currentThread().interrupt();
    }
    String text =
        diagnosis.kind() == Kind.UNREACHABLE || diagnosis.kind() == Kind.TIMEOUT
            ? diagnosis.text() + " (" + store + ")"
            : diagnosis.text();
    return new StoreException(
        diagnosis.kind(),
        describe(operation, key, text + requestId(requestId)),
        diagnosis.status(),
        diagnosis.code(),
        diagnosis.region(),
        failure);
  }

  /** A failure that the SDK does not see. */
  StoreException failure(
      Kind kind, S3Operation operation, String key, String text, @Nullable Throwable cause) {
    return new StoreException(kind, describe(operation, key, text), 0, null, null, cause);
  }

  /** What an answer says of one key among many. */
  StoreException refusal(S3Operation operation, String key, String code, String message) {
    return translate(
        operation,
        key,
        "",
        S3Exception.builder()
            .statusCode(FAILED)
            .awsErrorDetails(
                AwsErrorDetails.builder()
                    .serviceName("S3")
                    .errorCode(code)
                    .errorMessage(message)
                    .build())
            .message(code)
            .build());
  }

  /** A request id for the end of a message. */
  static String requestId(@Nullable String requestId) {
    return requestId == null ? "" : " (request id " + Printable.message(requestId) + ")";
  }

  /** Whether the same request may well succeed a little later. */
  static boolean isPassing(Throwable failure) {
    return diagnose(failure, "", false).passing();
  }

  private static Diagnosis diagnose(Throwable failure, String region, boolean headless) {
    return failure instanceof AwsServiceException answer
        ? ServiceErrors.diagnose(answer, region, headless)
        : ConnectionErrors.diagnose(failure);
  }

  private String describe(S3Operation operation, String key, String text) {
    return operation + " s3://" + bucket + "/" + Printable.of(key) + ": " + text;
  }
}
