package io.thins3.meta;

/**
 * How much one bucket's tree may remember.
 *
 * @param listedEntries entries of all listings together
 * @param lookups single lookups
 */
public record CacheLimits(long listedEntries, long lookups) {
  /** Bytes of a listed entry with a name of 30 characters: strings, ETag, and their columns. */
  private static final long BYTES_PER_ENTRY = 150;

  /** Bytes of a lookup: key, metadata, future, and the cache's node. */
  private static final long BYTES_PER_LOOKUP = 400;

  /** Limits that keep a cache within about so many bytes. */
  public static CacheLimits ofBytes(long bytes) {
    return new CacheLimits(bytes * 3 / 4 / BYTES_PER_ENTRY, bytes / 4 / BYTES_PER_LOOKUP);
  }
}
