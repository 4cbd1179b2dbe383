package io.thins3.store;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The failure of a call to the store, after its retries. The message names operation, bucket, key,
 * the store's code and the request id, and never a credential.
 */
public final class StoreException extends Exception {
  /** What went wrong, as far as the file system tells failures apart. */
  public enum Kind {
    /** 404 NoSuchKey. */
    NO_SUCH_KEY,
    /** 404 NoSuchBucket. */
    NO_SUCH_BUCKET,
    /** 404 NoSuchUpload: the multipart upload was completed, aborted, or never begun. */
    NO_SUCH_UPLOAD,
    /** 403 for the caller's rights, or an object that must be restored from an archive first. */
    ACCESS_DENIED,
    /** The key id is unknown, the signature is wrong, the token expired, or the clock is off. */
    BAD_CREDENTIALS,
    /** No credentials were found anywhere. */
    NO_CREDENTIALS,
    /** 412: the object is not the version that was asked for. */
    PRECONDITION_FAILED,
    /** 416: the range begins beyond the object's end. */
    INVALID_RANGE,
    /** 400 for a name, argument or size that this store does not take. */
    INVALID_REQUEST,
    /** 501: the store does not know this request. */
    NOT_SUPPORTED,
    /** 400 EntityTooLarge. */
    TOO_LARGE,
    /** 409, after retries. */
    CONFLICT,
    /** 429, 503 SlowDown, after retries. */
    THROTTLED,
    /** 5xx, after retries. */
    SERVER_ERROR,
    /** 507, a 500 that says that a disk is full, or more metadata than an object may have. */
    NO_SPACE,
    /** The bucket's quota is used up. */
    QUOTA_EXCEEDED,
    /** The bucket lies in another region than the one that was asked. */
    WRONG_REGION,
    /** No connection, name not found, TLS refused. */
    UNREACHABLE,
    /** A deadline passed. */
    TIMEOUT,
    /** The waiting thread was interrupted. */
    INTERRUPTED,
    /** The answer was cut short, or is not what S3 answers. */
    BAD_RESPONSE,
    /** The content that was read, or that arrived at the store, does not have its checksum. */
    CORRUPT,
    /** What is to be uploaded cannot be had here. */
    LOCAL_FAILURE
  }

  private final Kind kind;
  private final int status;
  private final @Nullable String code;
  private final @Nullable String region;
  private final AtomicBoolean reported = new AtomicBoolean();

  /**
   * Creates one.
   *
   * @param status HTTP status, 0 when no answer came
   * @param code the store's error code, or null
   * @param region the bucket's region, where the store named it ({@link Kind#WRONG_REGION}), or
   *     null
   */
  public StoreException(
      Kind kind,
      String message,
      int status,
      @Nullable String code,
      @Nullable String region,
      @Nullable Throwable cause) {
    super(message, cause);
    this.kind = Objects.requireNonNull(kind);
    this.status = status;
    this.code = code;
    this.region = region;
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }

  /** HTTP status, 0 when no answer came. */
  public int status() {
    return status;
  }

  /** Whether the store says that the version that was asked for is not there any more. */
  public boolean isGone() {
    return switch (kind) {
      case PRECONDITION_FAILED, NO_SUCH_KEY, INVALID_RANGE -> true;
      default -> false;
    };
  }

  /**
   * Says that this failure is being reported. Many may wait for one request: whoever is the first
   * logs it.
   *
   * @return whether nobody has said so before
   */
  public boolean firstReport() {
    return reported.compareAndSet(false, true);
  }

  /** Whether somebody has reported this failure. */
  public boolean isReported() {
    return reported.get();
  }

  /** The store's error code, or null when there was none. */
  public @Nullable String code() {
    return code;
  }

  /** The region that the store says the bucket is in, or null. */
  public @Nullable String region() {
    return region;
  }
}
