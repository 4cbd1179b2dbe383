package io.thins3.store;

import org.jspecify.annotations.Nullable;

/**
 * A request for one page of a listing.
 *
 * @param prefix what all keys begin with; may be empty
 * @param delimiter "/" for one level, or null for all keys below
 * @param continuationToken the last page's token, or null for the first page
 * @param maxKeys most entries of the page, 1 to 1000
 */
public record ListRequest(
    String prefix, @Nullable String delimiter, @Nullable String continuationToken, int maxKeys) {
  /** Most entries that S3 gives in a page. */
  public static final int MAX_KEYS = 1000;

  /** Checks the range. */
  public ListRequest {
    if (maxKeys < 1 || maxKeys > MAX_KEYS) {
      throw new IllegalArgumentException("maxKeys " + maxKeys);
    }
  }

  /** The first page of one directory level. */
  public static ListRequest directory(String prefix) {
    return new ListRequest(prefix, "/", null, MAX_KEYS);
  }

  /** Whether anything lies at or below a prefix: the first key alone. */
  public static ListRequest probe(String prefix) {
    return new ListRequest(prefix, null, null, 1);
  }

  /** The page after one that ended with this token. */
  public ListRequest after(String token) {
    return new ListRequest(prefix, delimiter, token, maxKeys);
  }
}
