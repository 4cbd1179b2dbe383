package io.thins3.store;

import io.thins3.config.BucketMount;
import io.thins3.config.ListType;
import io.thins3.store.ProbeResult.Outcome;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * Asks whether a mount's bucket can be served: one LIST of the mount's own prefix for a single key.
 * A user whose rights end at the prefix may do that, whereas HEAD of the bucket is forbidden to
 * him. Thread-safe.
 *
 * <p>The request is sent once, without the retries of other calls: whoever probes decides how
 * often. It runs on a thread of its own, because looking up a host name and asking a cloud's
 * metadata service for credentials heed neither deadline nor interrupt.
 */
public final class BucketProbe {
  private final BucketMount mount;
  private final S3ObjectStore store;
  private final LongSupplier nanoTime;

  /** Creates the probe of the bucket that the store serves for this mount. */
  public BucketProbe(BucketMount mount, S3ObjectStore store) {
    this(mount, store, System::nanoTime);
  }

  BucketProbe(BucketMount mount, S3ObjectStore store, LongSupplier nanoTime) {
    this.mount = mount;
    this.store = store;
    this.nanoTime = nanoTime;
  }

  /**
   * Asks once.
   *
   * @param timeout longest wait; without an answer by then the outcome is {@link
   *     Outcome#UNREACHABLE}
   * @throws InterruptedException when the waiting thread was interrupted; the request is ended
   */
  public ProbeResult run(Duration timeout) throws InterruptedException {
    long deadline = nanoTime.getAsLong() + timeout.toNanos();
    FutureTask<@Nullable StoreException> question = new FutureTask<>(() -> ask(deadline));
    Thread thread = new Thread(question, "thins3-probe-" + mount.bucket());
    thread.setDaemon(true);
    thread.start();
    try {
      StoreException failure =
          question.get(Math.max(0, deadline - nanoTime.getAsLong()), TimeUnit.NANOSECONDS);
      return failure == null ? new ProbeResult(Outcome.OK, "", null) : result(failure);
    } catch (TimeoutException e) {
      return new ProbeResult(Outcome.UNREACHABLE, unreachable("no answer in time"), null);
    } catch (ExecutionException e) {
      throw new IllegalStateException("probe of " + where() + " failed", e.getCause());
    } finally {
      question.cancel(true);
    }
  }

  private @Nullable StoreException ask(long deadline) {
    ListType type = mount.http().listType();
    try {
      try {
        return listed(type == ListType.V1 ? isOlderListing(deadline) : isListing(deadline));
      } catch (StoreException e) {
        if (type != ListType.AUTOMATIC || !ListDialect.isUnknown(e)) {
          throw e;
        }
        return listed(isOlderListing(deadline));
      }
    } catch (StoreException e) {
      return e;
    }
  }

  private @Nullable StoreException listed(boolean isListing) {
    if (!isListing) {
      return notS3();
    }
    store.proven();
    return null;
  }

  private boolean isListing(long deadline) throws StoreException {
    ListObjectsV2Request request = SdkCalls.sdk(mount.bucket(), ListRequest.probe(mount.prefix()));
    ListObjectsV2Response response =
        once(
            client ->
                client.listObjectsV2(
                    request.toBuilder()
                        .overrideConfiguration(o -> o.apiCallTimeout(until(deadline)))
                        .build()));
    return response.isTruncated() != null && response.name() != null;
  }

  private boolean isOlderListing(long deadline) throws StoreException {
    ListObjectsRequest request =
        SdkCalls.sdkOlder(mount.bucket(), ListRequest.probe(mount.prefix()));
    ListObjectsResponse response =
        once(
            client ->
                client.listObjects(
                    request.toBuilder()
                        .overrideConfiguration(o -> o.apiCallTimeout(until(deadline)))
                        .build()));
    return response.isTruncated() != null && response.name() != null;
  }

  private <T> T once(Function<S3Client, T> request) throws StoreException {
    return store.access().callOnce(S3Operation.LIST, mount.prefix(), request);
  }

  private StoreException notS3() {
    return store
        .access()
        .errors()
        .failure(
            StoreException.Kind.BAD_RESPONSE,
            S3Operation.LIST,
            mount.prefix(),
            "the answer is not a listing",
            null);
  }

  private Duration until(long deadline) {
    return Duration.ofNanos(
        Math.max(TimeUnit.MILLISECONDS.toNanos(1), deadline - nanoTime.getAsLong()));
  }

  private ProbeResult result(StoreException failure) {
    String said =
        " (" + (failure.code() == null ? "HTTP " + failure.status() : failure.code()) + ")";
    return switch (failure.kind()) {
      case NO_SUCH_BUCKET ->
          result(
              Outcome.NO_SUCH_BUCKET,
              failure,
              "bucket "
                  + mount.bucket()
                  + " does not exist at "
                  + endpoint()
                  + said
                  + ": create it, or correct the bucket's name or the endpoint");
      case ACCESS_DENIED ->
          result(
              Outcome.ACCESS_DENIED,
              failure,
              "access to "
                  + where()
                  + " is denied"
                  + said
                  + ": the access key needs the rights to list this bucket or prefix"
                  + " (s3:ListBucket) and to read its objects (s3:GetObject)");
      case BAD_CREDENTIALS ->
          result(Outcome.BAD_CREDENTIALS, failure, badCredentials(failure.code(), said));
      case NO_CREDENTIALS ->
          result(
              Outcome.NO_CREDENTIALS,
              failure,
              "no credentials for "
                  + where()
                  + " were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, write"
                  + " ~/.aws/credentials, or name the files that hold access key and secret key");
      case WRONG_REGION ->
          result(
              Outcome.NOT_THE_STORE,
              failure,
              where()
                  + " is in "
                  + (failure.region() == null ? "another region" : failure.region())
                  + ", not in "
                  + store.access().region()
                  + said
                  + ": set the bucket's region");
      case BAD_RESPONSE,
          CORRUPT,
          LOCAL_FAILURE,
          NO_SUCH_UPLOAD,
          INVALID_REQUEST,
          NOT_SUPPORTED,
          NO_SUCH_KEY,
          PRECONDITION_FAILED,
          INVALID_RANGE,
          TOO_LARGE ->
          result(
              Outcome.NOT_THE_STORE,
              failure,
              endpoint()
                  + " does not answer as an S3 store does ("
                  + words(failure)
                  + "): check the endpoint's scheme, host and port");
      case CONFLICT,
          THROTTLED,
          SERVER_ERROR,
          NO_SPACE,
          QUOTA_EXCEEDED,
          UNREACHABLE,
          TIMEOUT,
          INTERRUPTED ->
          result(Outcome.UNREACHABLE, failure, unreachable(words(failure)));
    };
  }

  private static ProbeResult result(Outcome outcome, StoreException failure, String message) {
    return new ProbeResult(outcome, message, failure);
  }

  private String badCredentials(@Nullable String code, String said) {
    String start = endpoint() + " refuses the credentials for " + where() + said;
    if ("RequestTimeTooSkewed".equals(code)) {
      return start + ": the clock of this machine or of the store is off, set it";
    }
    if ("InvalidAccessKeyId".equals(code)) {
      return start + ": it does not know the access key, check it";
    }
    if ("SignatureDoesNotMatch".equals(code)) {
      return start + ": the secret key is wrong, check it";
    }
    return start + ": check access key, secret key and session token";
  }

  private String unreachable(String why) {
    return endpoint() + " cannot be reached: " + why + "; check the endpoint and the network";
  }

  /** What the failure says after operation and place. */
  private String words(StoreException failure) {
    String message = String.valueOf(failure.getMessage());
    String place = S3Operation.LIST + " " + where() + ": ";
    return message.startsWith(place) ? message.substring(place.length()) : message;
  }

  private String endpoint() {
    return BucketAccess.storeName(mount);
  }

  private String where() {
    return "s3://" + mount.bucket() + "/" + Printable.of(mount.prefix());
  }
}
