package io.thins3.read;

/**
 * One version of one object.
 *
 * @param key whole key
 * @param etag the ETag that every request carries
 * @param size bytes, not negative
 */
public record ObjectVersion(String key, String etag, long size) {
  /** Checks the size. */
  public ObjectVersion {
    if (size < 0) {
      throw new IllegalArgumentException("size " + size);
    }
  }
}
