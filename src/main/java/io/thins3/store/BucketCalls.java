package io.thins3.store;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The calls to one bucket, in one of two ways. With all retries; thread-safe. */
interface BucketCalls {
  /** HEAD. */
  HeadAnswer head(String key) throws StoreException;

  /**
   * ListObjectsV2 or ListObjects, with {@code encoding-type=url}, decoded.
   *
   * @param older whether it is ListObjects, for which the token is the marker
   */
  ListAnswer list(ListRequest request, boolean older) throws StoreException;

  /** GET of the bytes from {@code first} to {@code last}; answered with its headers. */
  RangeAnswer get(String key, String ifMatch, long first, long last) throws StoreException;

  /** GET of the whole object and its checksum; answered with its headers. */
  RangeAnswer getWhole(String key, String ifMatch) throws StoreException;

  /** HEAD with the checksum: the header fields of the answer, names in small letters. */
  Map<String, String> fields(String key) throws StoreException;

  /** HEAD of one version for its checksum; null when it has none. */
  @Nullable ObjectChecksum checksum(String key, String ifMatch) throws StoreException;
}
