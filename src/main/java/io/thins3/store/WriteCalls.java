package io.thins3.store;

import java.util.List;
import java.util.Map;

/**
 * The calls that change a bucket, in one of two ways. With all retries; thread-safe. Headers are by
 * their names in small letters and hold all that is said of a request: conditions, checksums,
 * metadata.
 */
interface WriteCalls {
  /** PutObject. */
  Written put(String key, Content content, Map<String, String> headers, Tries tries)
      throws StoreException;

  /** CreateMultipartUpload; the upload's id, "" where the answer has none. */
  String createUpload(String key, Map<String, String> headers) throws StoreException;

  /** UploadPart. */
  Written uploadPart(
      String key, String uploadId, int number, Content content, Map<String, String> headers)
      throws StoreException;

  /** UploadPartCopy within the bucket. */
  Written copyPart(
      String key, String uploadId, int number, String sourceKey, Map<String, String> headers)
      throws StoreException;

  /**
   * CompleteMultipartUpload.
   *
   * @param checksums whether the parts' checksums are sent
   */
  Written completeUpload(
      String key,
      String uploadId,
      List<UploadedPart> parts,
      boolean checksums,
      Map<String, String> headers,
      Tries tries)
      throws StoreException;

  /** AbortMultipartUpload. */
  void abortUpload(String key, String uploadId) throws StoreException;

  /** CopyObject within the bucket. */
  Written copy(String sourceKey, String key, Map<String, String> headers) throws StoreException;

  /** DeleteObject. */
  void delete(String key) throws StoreException;

  /**
   * DeleteObjects.
   *
   * @param keys that XML can hold, at most 1000
   * @return the refusals by key
   */
  Map<String, Refusal> deleteObjects(List<String> keys) throws StoreException;

  /** Why one key of a list was not deleted, in the store's words. */
  record Refusal(String code, String message) {}
}
