package io.thins3.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a listing, in the order of the keys' UTF-8 bytes within each list.
 *
 * @param objects keys with their attributes
 * @param commonPrefixes prefixes up to and with the delimiter
 * @param nextToken where the next page begins, or null when this is the last
 */
public record ListPage(
    List<ObjectInfo> objects, List<String> commonPrefixes, @Nullable String nextToken) {
  /** Keeps unmodifiable copies. */
  public ListPage {
    objects = List.copyOf(objects);
    commonPrefixes = List.copyOf(commonPrefixes);
  }

  /** Whether nothing was found at all. */
  public boolean isEmpty() {
    return objects.isEmpty() && commonPrefixes.isEmpty() && nextToken == null;
  }
}
