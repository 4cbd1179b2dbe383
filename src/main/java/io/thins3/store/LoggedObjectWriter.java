package io.thins3.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Logs every call to another writer, as {@link LoggedObjectStore} does. Thread-safe. */
public final class LoggedObjectWriter implements ObjectWriter {
  private final ObjectWriter writer;
  private final CallLog log;

  /** Logs the calls that change a bucket. */
  public LoggedObjectWriter(ObjectWriter writer, String bucket) {
    this(writer, bucket, System::nanoTime);
  }

  LoggedObjectWriter(ObjectWriter writer, String bucket, LongSupplier nanoTime) {
    this.writer = writer;
    this.log = new CallLog(bucket, nanoTime);
  }

  @Override
  public StoredObject put(
      String key, Content content, Map<String, String> headers, Precondition precondition)
      throws StoreException {
    return log.logged(
        S3Operation.PUT,
        key,
        " " + content.length() + " bytes" + shown(precondition),
        () -> writer.put(key, content, headers, precondition),
        StoredObject::etag);
  }

  @Override
  public String beginUpload(
      String key, Map<String, String> headers, @Nullable ChecksumAlgorithm algorithm)
      throws StoreException {
    return log.logged(
        S3Operation.CREATE_UPLOAD,
        key,
        algorithm == null ? "" : " " + algorithm,
        () -> writer.beginUpload(key, headers, algorithm),
        Printable::of);
  }

  @Override
  public UploadedPart uploadPart(String key, String uploadId, int number, Content content)
      throws StoreException {
    return log.logged(
        S3Operation.UPLOAD_PART,
        key,
        " part " + number + ", " + content.length() + " bytes",
        () -> writer.uploadPart(key, uploadId, number, content),
        UploadedPart::etag);
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
    return log.logged(
        S3Operation.COPY_PART,
        key,
        " part %d, bytes %d-%d of %s"
            .formatted(number, offset, offset + length - 1, Printable.of(sourceKey)),
        () -> writer.copyPart(key, uploadId, number, sourceKey, sourceEtag, offset, length),
        UploadedPart::etag);
  }

  @Override
  public StoredObject completeUpload(
      String key,
      String uploadId,
      List<UploadedPart> parts,
      Precondition precondition,
      @Nullable ObjectChecksum checksum)
      throws StoreException {
    return log.logged(
        S3Operation.COMPLETE_UPLOAD,
        key,
        " " + parts.size() + " parts" + shown(precondition),
        () -> writer.completeUpload(key, uploadId, parts, precondition, checksum),
        StoredObject::etag);
  }

  @Override
  public void abortUpload(String key, String uploadId) throws StoreException {
    log.logged(
        S3Operation.ABORT_UPLOAD,
        key,
        "",
        () -> {
          writer.abortUpload(key, uploadId);
          return "done";
        },
        done -> done);
  }

  @Override
  public StoredObject copy(
      String sourceKey, String sourceEtag, String key, @Nullable String storageClass)
      throws StoreException {
    return log.logged(
        S3Operation.COPY,
        key,
        " of " + Printable.of(sourceKey),
        () -> writer.copy(sourceKey, sourceEtag, key, storageClass),
        StoredObject::etag);
  }

  @Override
  public void delete(String key) throws StoreException {
    log.logged(
        S3Operation.DELETE,
        key,
        "",
        () -> {
          writer.delete(key);
          return "done";
        },
        done -> done);
  }

  @Override
  public Map<String, StoreException> delete(Collection<String> keys) throws StoreException {
    return log.logged(
        S3Operation.DELETE_OBJECTS,
        keys.isEmpty() ? "" : keys.iterator().next(),
        " and others, " + keys.size() + " keys",
        () -> writer.delete(keys),
        failures -> failures.isEmpty() ? "done" : failures.size() + " failed");
  }

  @Override
  public void replaceMetadata(ObjectDetails known, Map<String, String> userMetadata)
      throws StoreException {
    log.logged(
        S3Operation.COPY,
        known.info().key(),
        " onto itself, of " + Printable.of(known.info().etag()),
        () -> {
          writer.replaceMetadata(known, userMetadata);
          return userMetadata.size();
        },
        count -> count + " names of metadata");
  }

  private static String shown(Precondition precondition) {
    if (precondition.ifAbsent()) {
      return " if absent";
    }
    String etag = precondition.ifMatch();
    return etag == null ? "" : " if " + Printable.of(etag);
  }
}
