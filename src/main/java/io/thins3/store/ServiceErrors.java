package io.thins3.store;

import static io.thins3.store.StoreException.Kind.ACCESS_DENIED;
import static io.thins3.store.StoreException.Kind.BAD_CREDENTIALS;
import static io.thins3.store.StoreException.Kind.BAD_RESPONSE;
import static io.thins3.store.StoreException.Kind.CONFLICT;
import static io.thins3.store.StoreException.Kind.CORRUPT;
import static io.thins3.store.StoreException.Kind.INVALID_RANGE;
import static io.thins3.store.StoreException.Kind.INVALID_REQUEST;
import static io.thins3.store.StoreException.Kind.NOT_SUPPORTED;
import static io.thins3.store.StoreException.Kind.NO_SPACE;
import static io.thins3.store.StoreException.Kind.NO_SUCH_BUCKET;
import static io.thins3.store.StoreException.Kind.NO_SUCH_KEY;
import static io.thins3.store.StoreException.Kind.NO_SUCH_UPLOAD;
import static io.thins3.store.StoreException.Kind.PRECONDITION_FAILED;
import static io.thins3.store.StoreException.Kind.QUOTA_EXCEEDED;
import static io.thins3.store.StoreException.Kind.SERVER_ERROR;
import static io.thins3.store.StoreException.Kind.THROTTLED;
import static io.thins3.store.StoreException.Kind.TIMEOUT;
import static io.thins3.store.StoreException.Kind.TOO_LARGE;
import static io.thins3.store.StoreException.Kind.WRONG_REGION;

import io.thins3.store.StoreException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * Reads the error answers of S3, MinIO and their kin: the code first, because one status has many
 * meanings, then the status.
 */
final class ServiceErrors {
  /** MinIO's header with the code of an answer to HEAD, which has no body. */
  private static final String MINIO_CODE = "x-minio-error-code";

  private static final String BUCKET_REGION = "x-amz-bucket-region";
  private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z0-9.]{1,100})</Code>");

  /** A region becomes part of the host name that signed requests go to: nothing else may pass. */
  private static final Pattern REGION = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?");

  /** AWS: "the region 'a' is wrong; expecting 'b'"; MinIO likewise. The SDK drops the element. */
  private static final Pattern EXPECTED_REGION = Pattern.compile("expecting '([^']{1,64})'");

  private static final String DISK_FULL = "no space left on device";

  private ServiceErrors() {}

  /**
   * Diagnoses an error answer.
   *
   * @param region the region that the request was signed for
   * @param headless whether the answer to this request has no body (HEAD)
   */
  static Diagnosis diagnose(AwsServiceException failure, String region, boolean headless) {
    int status = failure.statusCode();
    String code = code(failure, headless);
    String named = region(failure, region);
    String message = message(failure);
    Kind kind = code == null ? null : ofCode(code, named);
    if (kind == null) {
      kind = ofStatus(status, code, named, headless);
    }
    if (kind == SERVER_ERROR && message.toLowerCase(Locale.ROOT).contains(DISK_FULL)) {
      kind = NO_SPACE;
    }
    return new Diagnosis(
        kind,
        status,
        code,
        kind == WRONG_REGION ? named : null,
        text(kind, status, code, named, failure.requestId(), message),
        isPassing(kind));
  }

  private static @Nullable Kind ofCode(String code, @Nullable String named) {
    return switch (code) {
      case "NoSuchKey", "NoSuchVersion" -> NO_SUCH_KEY;
      case "NoSuchBucket", "InvalidBucketName" -> NO_SUCH_BUCKET;
      case "NoSuchUpload" -> NO_SUCH_UPLOAD;
      case "BadDigest", "InvalidDigest", "XAmzContentChecksumMismatch" -> CORRUPT;
      case "AccessDenied",
          "AccountProblem",
          "AllAccessDisabled",
          "InvalidObjectState",
          "InvalidPayer" ->
          ACCESS_DENIED;
      case "ExpiredToken",
          "InvalidAccessKeyId",
          "InvalidSecurity",
          "InvalidToken",
          "InvalidTokenId",
          "NotSignedUp",
          "RequestExpired",
          "RequestTimeTooSkewed",
          "SignatureDoesNotMatch",
          "TokenRefreshRequired" ->
          BAD_CREDENTIALS;
      // Without a region it is the key id that is malformed.
      case "AuthorizationHeaderMalformed" -> named == null ? BAD_CREDENTIALS : WRONG_REGION;
      case "PermanentRedirect", "TemporaryRedirect", "IncorrectEndpoint" -> WRONG_REGION;
      case "PreconditionFailed" -> PRECONDITION_FAILED;
      case "InvalidRange" -> INVALID_RANGE;
      case "NotImplemented" -> NOT_SUPPORTED;
      case "EntityTooLarge", "MaxMessageLengthExceeded" -> TOO_LARGE;
      case "OperationAborted", "ConditionalRequestConflict" -> CONFLICT;
      // Where the store takes less metadata than others do.
      case "XMinioStorageFull", "MetadataTooLarge" -> NO_SPACE;
      case "XMinioAdminBucketQuotaExceeded", "QuotaExceeded" -> QUOTA_EXCEEDED;
      // The server gave up waiting, for the body or for a lock.
      case "RequestTimeout" -> TIMEOUT;
      case "InternalError" -> SERVER_ERROR;
      case "SlowDown",
          "SlowDownRead",
          "SlowDownWrite",
          "ServiceUnavailable",
          "TooManyRequests",
          "Throttling",
          "ThrottlingException",
          "RequestLimitExceeded",
          "BandwidthLimitExceeded" ->
          THROTTLED;
      default -> null;
    };
  }

  private static Kind ofStatus(
      int status, @Nullable String code, @Nullable String named, boolean headless) {
    return switch (status) {
      case 301, 307, 308 -> WRONG_REGION;
      // HEAD in a wrong region is a bare 400 on AWS.
      case 400 -> code == null && named != null ? WRONG_REGION : INVALID_REQUEST;
      case 401, 403 -> ACCESS_DENIED;
      // S3 says what is missing, except in an answer without body; something else answered here.
      case 404 -> code == null && !headless ? BAD_RESPONSE : NO_SUCH_KEY;
      case 408 -> TIMEOUT;
      case 409 -> CONFLICT;
      case 412 -> PRECONDITION_FAILED;
      case 413 -> TOO_LARGE;
      case 416 -> INVALID_RANGE;
      case 429, 503 -> THROTTLED;
      case 501 -> NOT_SUPPORTED;
      case 507 -> NO_SPACE;
      default -> {
        if (status >= 500) {
          yield SERVER_ERROR;
        }
        yield status >= 400 ? INVALID_REQUEST : BAD_RESPONSE;
      }
    };
  }

  private static boolean isPassing(Kind kind) {
    return switch (kind) {
      case CONFLICT, THROTTLED, SERVER_ERROR, TIMEOUT -> true;
      default -> false;
    };
  }

  private static String text(
      Kind kind,
      int status,
      @Nullable String code,
      @Nullable String named,
      @Nullable String requestId,
      String message) {
    StringBuilder text = new StringBuilder();
    if (code == null) {
      text.append("HTTP ").append(status).append(" (");
    } else {
      text.append(Printable.message(code)).append(" (").append(status).append(", ");
    }
    text.append("request id ")
        .append(requestId == null ? "none" : Printable.message(requestId))
        .append(')');
    if ("RequestTimeTooSkewed".equals(code)) {
      text.append(": the clock of this machine or of the store is off");
    } else if ("InvalidObjectState".equals(code)) {
      text.append(": archived, must be restored first");
    } else if (kind == WRONG_REGION) {
      text.append(": the bucket is in ").append(named == null ? "another region" : named);
    } else if (isTelling(kind) && !message.isBlank()) {
      text.append(": ").append(Printable.message(message));
    }
    return text.toString();
  }

  /** Kinds whose code alone says too little. */
  private static boolean isTelling(Kind kind) {
    return switch (kind) {
      case INVALID_REQUEST, NOT_SUPPORTED, SERVER_ERROR, NO_SPACE, QUOTA_EXCEEDED, BAD_RESPONSE ->
          true;
      default -> false;
    };
  }

  /** The store's code, or null when it gave none: the SDK invents NoSuchKey for a HEAD's 404. */
  private static @Nullable String code(AwsServiceException failure, boolean headless) {
    Optional<String> minio = header(failure, MINIO_CODE);
    AwsErrorDetails details = failure.awsErrorDetails();
    if (minio.isPresent() || headless || details == null) {
      return minio.orElse(null);
    }
    String code = details.errorCode();
    // The SDK gives up on XML that holds a key with control characters; its code is readable.
    return code == null || code.isEmpty() ? first(CODE, details) : code;
  }

  /** The region that the answer names, unless it is the one that was asked. */
  private static @Nullable String region(AwsServiceException failure, String asked) {
    String named =
        header(failure, BUCKET_REGION)
            .orElseGet(
                () -> {
                  Matcher matcher = EXPECTED_REGION.matcher(message(failure));
                  return matcher.find() ? matcher.group(1) : null;
                });
    return named == null || named.equals(asked) || !REGION.matcher(named).matches() ? null : named;
  }

  private static String message(AwsServiceException failure) {
    AwsErrorDetails details = failure.awsErrorDetails();
    String message = details == null ? null : details.errorMessage();
    return message == null ? "" : message;
  }

  private static Optional<String> header(AwsServiceException failure, String name) {
    AwsErrorDetails details = failure.awsErrorDetails();
    return details == null || details.sdkHttpResponse() == null
        ? Optional.empty()
        : details.sdkHttpResponse().firstMatchingHeader(name);
  }

  private static @Nullable String first(Pattern pattern, AwsErrorDetails details) {
    if (details.rawResponse() == null) {
      return null;
    }
    // Latin 1: any bytes decode, and the pattern is ASCII.
    Matcher matcher = pattern.matcher(details.rawResponse().asString(StandardCharsets.ISO_8859_1));
    return matcher.find() ? matcher.group(1) : null;
  }
}
