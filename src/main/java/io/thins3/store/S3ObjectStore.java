package io.thins3.store;

import io.thins3.config.BucketMount;
import io.thins3.config.UserException;
import io.thins3.store.StoreException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** An {@link ObjectStore} on S3 and its kin. Thread-safe. */
public final class S3ObjectStore implements ObjectStore {
  /** So long after an answer that proves the bucket, its absence is not asked for. */
  private static final long PROOF_NANOS = Duration.ofSeconds(60).toNanos();

  private final BucketAccess access;
  private final BucketCalls calls;
  private final ListDialect listings;
  private final LongSupplier nanoTime;
  private volatile long provenAt;

  S3ObjectStore(BucketAccess access, LongSupplier nanoTime) {
    this.access = access;
    this.calls = access.calls();
    this.listings = new ListDialect(calls, access.errors(), access.listType());
    this.nanoTime = nanoTime;
    this.provenAt = nanoTime.getAsLong() - PROOF_NANOS;
  }

  /**
   * Prepares access to the bucket of a mount. Nothing is sent.
   *
   * @throws UserException when the credentials' files cannot be read
   */
  public static S3ObjectStore open(BucketMount mount) throws UserException {
    return open(mount, StoreLimits.of(mount.http()), System::nanoTime);
  }

  static S3ObjectStore open(BucketMount mount, StoreLimits limits, LongSupplier nanoTime)
      throws UserException {
    return new S3ObjectStore(new BucketAccess(mount, limits, nanoTime), nanoTime);
  }

  /** What the requests have met so far. */
  public StoreCounts counts() {
    return access.counts();
  }

  BucketAccess access() {
    return access;
  }

  @Override
  public String bucket() {
    return access.bucket();
  }

  @Override
  public Optional<ObjectInfo> head(String key) throws StoreException {
    HeadAnswer answer;
    try {
      answer = calls.head(checked(key));
    } catch (StoreException e) {
      if (e.kind() != Kind.NO_SUCH_KEY) {
        throw e;
      }
      proveBucket(key, e);
      return Optional.empty();
    }
    proven();
    return Optional.of(info(S3Operation.HEAD, answer));
  }

  /**
   * HEAD's 404 has no body. MinIO says in a header whether the key or the bucket is missing; AWS
   * does not, so a listing is asked when nothing has proven the bucket for a while.
   */
  private void proveBucket(String key, StoreException missing) throws StoreException {
    if (missing.code() != null || nanoTime.getAsLong() - provenAt < PROOF_NANOS) {
      return;
    }
    try {
      list(ListRequest.probe(key));
    } catch (StoreException e) {
      // Any other failure leaves HEAD's answer as it is; not every user may list.
      if (e.kind() == Kind.NO_SUCH_BUCKET) {
        throw e;
      }
    }
  }

  @Override
  public @Nullable String list(ListRequest request, ListSink sink) throws StoreException {
    ListAnswer answer = listings.ask(request);
    proven();
    int incomplete = answer.incomplete();
    if (incomplete >= 0) {
      throw incomplete(S3Operation.LIST, answer.key(incomplete));
    }
    answer.give(sink);
    return answer.nextToken();
  }

  @Override
  public ObjectBody get(String key, String ifMatch, long offset, long length)
      throws StoreException {
    if (length < 1 || offset < 0) {
      // A range of no bytes cannot be written down; 416 is what a server makes of it.
      throw new IllegalArgumentException("get of " + length + " bytes from " + offset);
    }
    RangeAnswer answer = calls.get(checked(key), ifMatch, offset, offset + length - 1);
    proven();
    return RangeBody.of(access, key, ifMatch, answer, offset, length);
  }

  @Override
  public ObjectBody getWhole(String key, String ifMatch, long size) throws StoreException {
    if (size < 1) {
      throw new IllegalArgumentException("get of " + size + " bytes");
    }
    RangeAnswer answer = calls.getWhole(checked(key), ifMatch);
    proven();
    return RangeBody.ofWhole(access, key, ifMatch, answer, size);
  }

  @Override
  public Optional<ObjectChecksum> checksum(String key, String ifMatch) throws StoreException {
    return Optional.ofNullable(calls.checksum(checked(key), ifMatch));
  }

  @Override
  public Optional<ObjectDetails> details(String key) throws StoreException {
    Map<String, String> fields;
    try {
      fields = calls.fields(checked(key));
    } catch (StoreException e) {
      if (e.kind() != Kind.NO_SUCH_KEY) {
        throw e;
      }
      proveBucket(key, e);
      return Optional.empty();
    }
    proven();
    HeadAnswer answer =
        new HeadAnswer(
            key,
            DirectRequests.number(fields.get("content-length")),
            fields.get("etag"),
            DirectRequests.time(fields.get("last-modified")));
    return Optional.of(ObjectDetails.of(info(S3Operation.HEAD, answer), fields));
  }

  /** The calls that change the bucket; they go the same way, and end when this is closed. */
  public ObjectWriter writer() {
    return new S3ObjectWriter(access, this);
  }

  @Override
  public void close() {
    access.close();
  }

  /** The bucket is there: for a while a 404 that does not say what is missing means the key. */
  void proven() {
    provenAt = nanoTime.getAsLong();
  }

  private static String checked(String key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("empty key");
    }
    return key;
  }

  private ObjectInfo info(S3Operation operation, HeadAnswer answer) throws StoreException {
    String key = answer.key();
    Long size = answer.size();
    String etag = answer.etag();
    Instant modified = answer.modified();
    if (etag == null && size != null && size == 0) {
      // s3proxy's directory markers; nothing is ever read of what is empty.
      etag = "";
    }
    if (key == null || size == null || etag == null || modified == null) {
      throw incomplete(operation, key);
    }
    return new ObjectInfo(key, size, etag, modified.truncatedTo(ChronoUnit.SECONDS));
  }

  private StoreException incomplete(S3Operation operation, @Nullable String key) {
    return bad(
        operation, key == null ? "" : key, "the answer lacks key, size, ETag or Last-Modified");
  }

  private StoreException bad(S3Operation operation, String key, String text) {
    return access.errors().failure(Kind.BAD_RESPONSE, operation, key, text, null);
  }
}
