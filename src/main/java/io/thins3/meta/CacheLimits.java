package io.thins3.meta;

/**
 * How much one bucket's tree may remember.
 *
 * @param listingBytes bytes of all listings together
 * @param lookupBytes bytes of single lookups
 */
public record CacheLimits(long listingBytes, long lookupBytes) {
  /** Limits that keep a cache within about so many bytes. */
  public static CacheLimits ofBytes(long bytes) {
    return new CacheLimits(bytes * 3 / 4, bytes / 4);
  }

  /** What each of some trees may remember when all together may remember this. */
  public CacheLimits dividedBy(int trees) {
    return new CacheLimits(listingBytes / trees, lookupBytes / trees);
  }
}
