package io.thins3.meta;

/**
 * What a tree's cache has done so far, and what it holds.
 *
 * @param lookupsCached lookups that were answered without a request
 * @param lookupsAsked lookups for which the store was asked
 * @param bursts how often lookups in one directory had it listed
 * @param listings directories whose listing was begun
 * @param walkPages pages of listings without delimiter, for walks
 * @param walkDirectories directories that those completed
 * @param hiddenKeys how often a key was met that no path leads to
 * @param listingBytes bytes of the listings that are held, about
 * @param lookupBytes bytes of the lookups that are held, about
 */
public record TreeCounts(
    long lookupsCached,
    long lookupsAsked,
    long bursts,
    long listings,
    long walkPages,
    long walkDirectories,
    long hiddenKeys,
    long listingBytes,
    long lookupBytes) {
  /** Of no tree. */
  public static final TreeCounts NONE = new TreeCounts(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Of this and another tree together. */
  public TreeCounts plus(TreeCounts other) {
    return new TreeCounts(
        lookupsCached + other.lookupsCached,
        lookupsAsked + other.lookupsAsked,
        bursts + other.bursts,
        listings + other.listings,
        walkPages + other.walkPages,
        walkDirectories + other.walkDirectories,
        hiddenKeys + other.hiddenKeys,
        listingBytes + other.listingBytes,
        lookupBytes + other.lookupBytes);
  }
}
