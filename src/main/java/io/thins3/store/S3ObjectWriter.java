package io.thins3.store;

import io.thins3.store.StoreException.Kind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An {@link ObjectWriter} on S3 and its kin. Thread-safe. */
final class S3ObjectWriter implements ObjectWriter {
  private static final String SOURCE_IF_MATCH = "x-amz-copy-source-if-match";

  /**
   * From this size on a conditional PUT asks before it sends its body: MinIO says 412 before that,
   * and resets the connection of who sends nevertheless.
   */
  private static final long ASK_FIRST_BYTES = 64 * 1024;

  private final BucketAccess access;
  private final S3ObjectStore store;
  private final WriteCalls calls;
  private final LostAnswers lost;
  private final Deletions deletions;

  S3ObjectWriter(BucketAccess access, S3ObjectStore store) {
    this.access = access;
    this.store = store;
    this.calls = access.writeCalls();
    this.lost = new LostAnswers(store);
    this.deletions = new Deletions(calls, access.errors());
  }

  @Override
  public StoredObject put(
      String key, Content content, Map<String, String> headers, Precondition precondition)
      throws StoreException {
    Map<String, String> all = new TreeMap<>(headers);
    access.objectHeaders().addNew(all);
    conditions(precondition, all);
    checksum(content.checksum(), all);
    boolean conditional = precondition.ifAbsent() || precondition.ifMatch() != null;
    if (conditional && content.length() >= ASK_FIRST_BYTES) {
      all.put("expect", "100-continue");
    }
    Tries tries = new Tries();
    try {
      return stored(S3Operation.PUT, key, calls.put(checked(key), content, all, tries));
    } catch (StoreException e) {
      if (e.kind() == Kind.PRECONDITION_FAILED && tries.wasRepeated()) {
        StoredObject ours = lost.findPut(key, content, headers);
        if (ours != null) {
          return ours;
        }
      }
      throw e;
    }
  }

  @Override
  public String beginUpload(
      String key, Map<String, String> headers, @Nullable ChecksumAlgorithm algorithm)
      throws StoreException {
    Map<String, String> all = new TreeMap<>(headers);
    access.objectHeaders().addNew(all);
    if (algorithm != null) {
      all.put("x-amz-checksum-algorithm", algorithm.name());
      // CRC32C would be one of the parts' else.
      all.put(ObjectChecksum.TYPE_HEADER, ObjectChecksum.FULL_OBJECT);
    }
    String id = calls.createUpload(checked(key), all);
    if (id.isEmpty()) {
      throw bad(S3Operation.CREATE_UPLOAD, key, "the answer lacks the upload's id");
    }
    store.proven();
    return id;
  }

  @Override
  public UploadedPart uploadPart(String key, String uploadId, int number, Content content)
      throws StoreException {
    Map<String, String> headers = new TreeMap<>();
    checksum(content.checksum(), headers);
    Written written = calls.uploadPart(checked(key), uploadId, number, content, headers);
    return new UploadedPart(
        number, etag(S3Operation.UPLOAD_PART, key, written), content.checksum());
  }

  @Override
  public UploadedPart copyPart(
      String key,
      String uploadId,
      int number,
      String sourceKey,
      String sourceEtag,
      long offset,
      long length)
      throws StoreException {
    if (offset < 0 || length < 1 || length > UploadedPart.MOST_BYTES) {
      throw new IllegalArgumentException("copy of " + length + " bytes from " + offset);
    }
    Map<String, String> headers = new TreeMap<>();
    headers.put(SOURCE_IF_MATCH, sourceEtag);
    access.objectHeaders().addSource(headers);
    headers.put("x-amz-copy-source-range", "bytes=" + offset + "-" + (offset + length - 1));
    Written written = calls.copyPart(checked(key), uploadId, number, checked(sourceKey), headers);
    return new UploadedPart(number, etag(S3Operation.COPY_PART, key, written), null);
  }

  @Override
  public StoredObject completeUpload(
      String key,
      String uploadId,
      List<UploadedPart> parts,
      Precondition precondition,
      @Nullable ObjectChecksum checksum)
      throws StoreException {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("an upload without parts");
    }
    Map<String, String> headers = new TreeMap<>();
    conditions(precondition, headers);
    if (checksum != null) {
      checksum(checksum, headers);
      headers.put(ObjectChecksum.TYPE_HEADER, ObjectChecksum.FULL_OBJECT);
    }
    Tries tries = new Tries();
    try {
      Written written =
          calls.completeUpload(checked(key), uploadId, parts, checksum != null, headers, tries);
      return stored(S3Operation.COMPLETE_UPLOAD, key, written);
    } catch (StoreException e) {
      // The first request has made the object, ended the upload, and made the condition false.
      boolean mayBeDone = e.kind() == Kind.NO_SUCH_UPLOAD || e.kind() == Kind.PRECONDITION_FAILED;
      if (mayBeDone && tries.wasRepeated()) {
        StoredObject ours = lost.findCompleted(key, parts, checksum);
        if (ours != null) {
          return ours;
        }
      }
      throw e;
    }
  }

  @Override
  public void abortUpload(String key, String uploadId) throws StoreException {
    try {
      calls.abortUpload(checked(key), uploadId);
    } catch (StoreException e) {
      if (e.kind() != Kind.NO_SUCH_UPLOAD) {
        throw e;
      }
    }
  }

  @Override
  public StoredObject copy(
      String sourceKey, String sourceEtag, String key, @Nullable String storageClass)
      throws StoreException {
    Map<String, String> headers = new TreeMap<>();
    headers.put(SOURCE_IF_MATCH, sourceEtag);
    access.objectHeaders().addCopied(headers);
    if (storageClass != null) {
      headers.put(ObjectDetails.STORAGE_CLASS, storageClass);
    }
    return stored(S3Operation.COPY, key, calls.copy(checked(sourceKey), checked(key), headers));
  }

  @Override
  public void delete(String key) throws StoreException {
    deletions.delete(checked(key));
  }

  @Override
  public Map<String, StoreException> delete(Collection<String> keys) throws StoreException {
    keys.forEach(S3ObjectWriter::checked);
    return deletions.delete(keys);
  }

  @Override
  public void replaceMetadata(ObjectDetails known, Map<String, String> userMetadata)
      throws StoreException {
    String key = known.info().key();
    Map<String, String> headers = new TreeMap<>(known.kept());
    userMetadata.forEach((name, value) -> headers.put(ObjectDetails.META + name, value));
    headers.put(SOURCE_IF_MATCH, known.info().etag());
    access.objectHeaders().addAcl(headers);
    access.objectHeaders().addSource(headers);
    headers.put("x-amz-metadata-directive", "REPLACE");
    calls.copy(checked(key), key, headers);
    store.proven();
  }

  private static void conditions(Precondition precondition, Map<String, String> headers) {
    if (precondition.ifAbsent()) {
      headers.put("if-none-match", "*");
    } else if (precondition.ifMatch() != null) {
      headers.put("if-match", precondition.ifMatch());
    }
  }

  private static void checksum(@Nullable ObjectChecksum checksum, Map<String, String> headers) {
    if (checksum != null) {
      headers.put(checksum.algorithm().header(), checksum.value());
    }
  }

  private StoredObject stored(S3Operation operation, String key, Written written)
      throws StoreException {
    Instant when = written.when() == null ? Instant.now() : written.when();
    String etag = etag(operation, key, written);
    return new StoredObject(etag, when.truncatedTo(ChronoUnit.SECONDS));
  }

  private String etag(S3Operation operation, String key, Written written) throws StoreException {
    String etag = written.etag();
    if (etag == null || etag.isEmpty()) {
      throw bad(operation, key, "the answer lacks the ETag");
    }
    store.proven();
    // In XML some stores leave the quotes out, which conditions need.
    return etag.startsWith("\"") || etag.startsWith("W/") ? etag : "\"" + etag + "\"";
  }

  private static String checked(String key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("empty key");
    }
    return key;
  }

  private StoreException bad(S3Operation operation, String key, String text) {
    return access.errors().failure(Kind.BAD_RESPONSE, operation, key, text, null);
  }
}
