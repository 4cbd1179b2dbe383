package io.thins3.store;

/**
 * Takes the entries of one page of a listing, in the order of the keys' UTF-8 bytes, when the page
 * has arrived whole: of one that breaks off, or is asked for again, nothing is given.
 */
public interface ListSink {
  /**
   * An object.
   *
   * @param key whole key
   * @param size bytes
   * @param etag entity tag with its quotes, as in {@link ObjectInfo}
   * @param modifiedSeconds last change, seconds since 1970
   */
  void object(String key, long size, String etag, long modifiedSeconds);

  /**
   * A common prefix.
   *
   * @param prefix up to and with the delimiter
   */
  void prefix(String prefix);
}
