package io.thins3.store;

/** The calls to one bucket, in one of two ways. With all retries; thread-safe. */
interface BucketCalls {
  /** HEAD. */
  HeadAnswer head(String key) throws StoreException;

  /** ListObjectsV2, with {@code encoding-type=url}, decoded. */
  ListAnswer list(ListRequest request) throws StoreException;

  /** GET of the bytes from {@code first} to {@code last}; answered with its headers. */
  RangeAnswer get(String key, String ifMatch, long first, long last) throws StoreException;
}
