package io.thins3.store;

/**
 * How much was asked of a store up to a moment.
 *
 * @param heads HEAD requests
 * @param lists LIST requests, one a page
 * @param gets GET requests
 * @param bytes bytes of bodies that have ended
 * @param failures requests among them that failed; a HEAD that finds nothing has not failed
 */
public record RequestCounts(long heads, long lists, long gets, long bytes, long failures) {
  /** What came after an earlier moment. */
  public RequestCounts since(RequestCounts earlier) {
    return new RequestCounts(
        heads - earlier.heads,
        lists - earlier.lists,
        gets - earlier.gets,
        bytes - earlier.bytes,
        failures - earlier.failures);
  }

  /** Requests of all kinds. */
  public long requests() {
    return heads + lists + gets;
  }
}
