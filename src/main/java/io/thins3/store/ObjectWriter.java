package io.thins3.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The S3 calls that change a bucket: whoever has none of these cannot change anything. What the
 * mount says of all objects (storage class, encryption, tags, ...) is added below this interface.
 *
 * <p>As those of {@link ObjectStore}, methods wait for the answer and are thread-safe; retries have
 * been made when a failure arrives. After a failure without an answer (a timeout, a broken
 * connection) nobody knows whether the change was made.
 */
public interface ObjectWriter {
  /**
   * PUT of a whole object.
   *
   * @param headers what is said of the object: Content-Type, {@code x-amz-meta-...}, ... by their
   *     names in small letters
   * @param precondition MinIO keeps the key locked while the body of a conditional PUT arrives: the
   *     content must be there already
   */
  StoredObject put(
      String key, Content content, Map<String, String> headers, Precondition precondition)
      throws StoreException;

  /**
   * CreateMultipartUpload.
   *
   * @param headers as for {@link #put}
   * @param algorithm of a checksum over the whole object, which every part must have, so that no
   *     part may be a copy; null for none
   * @return the upload's id
   */
  String beginUpload(String key, Map<String, String> headers, @Nullable ChecksumAlgorithm algorithm)
      throws StoreException;

  /**
   * UploadPart; a part that was sent before under the same number is replaced.
   *
   * @param number 1 to 10,000
   */
  UploadedPart uploadPart(String key, String uploadId, int number, Content content)
      throws StoreException;

  /**
   * UploadPartCopy: a part from an object of this bucket.
   *
   * @param sourceEtag the version; {@link StoreException.Kind#PRECONDITION_FAILED} when it is
   *     another by now
   * @param offset first byte
   * @param length bytes, positive, at most {@link UploadedPart#MOST_BYTES}
   */
  UploadedPart copyPart(
      String key,
      String uploadId,
      int number,
      String sourceKey,
      String sourceEtag,
      long offset,
      long length)
      throws StoreException;

  /**
   * CompleteMultipartUpload: the object appears. An answer that was lost is found by asking for the
   * object: no upload is completed twice.
   *
   * @param parts in the order of their numbers, at least one
   * @param checksum of the whole object, where the upload was begun with its algorithm; null else
   */
  StoredObject completeUpload(
      String key,
      String uploadId,
      List<UploadedPart> parts,
      Precondition precondition,
      @Nullable ObjectChecksum checksum)
      throws StoreException;

  /** AbortMultipartUpload. One that is unknown counts as aborted. */
  void abortUpload(String key, String uploadId) throws StoreException;

  /**
   * CopyObject within the bucket, with all that is said of the object.
   *
   * @param sourceEtag the version; {@link StoreException.Kind#PRECONDITION_FAILED} when it is
   *     another by now
   * @param storageClass of the copy; null leaves it to the store
   */
  StoredObject copy(String sourceKey, String sourceEtag, String key, @Nullable String storageClass)
      throws StoreException;

  /** DeleteObject. That there is none counts as deleted. */
  void delete(String key) throws StoreException;

  /**
   * DeleteObjects, of any number of keys: in as many requests as are needed, and one for each key
   * that the store cannot take in a list.
   *
   * @return the failures by key; empty when all are deleted
   */
  Map<String, StoreException> delete(Collection<String> keys) throws StoreException;

  /**
   * Replaces an object's user metadata by copying it onto itself, without its content passing here.
   * Whatever else was said of it stays; its time changes, and with some stores its ETag.
   *
   * @param known the object as it is; {@link StoreException.Kind#PRECONDITION_FAILED} when its ETag
   *     is another by now
   * @param userMetadata all of it, printable ASCII
   */
  void replaceMetadata(ObjectDetails known, Map<String, String> userMetadata) throws StoreException;
}
