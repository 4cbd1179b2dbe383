package io.thins3.store;

import org.jspecify.annotations.Nullable;

/**
 * A request for one page of a listing.
 *
 * @param prefix what all keys begin with; may be empty
 * @param delimiter "/" for one level, or null for all keys below
 * @param startAfter keys up to and with this one are left out, and prefixes that it begins with as
 *     far as the store does so; null: none are
 * @param continuationToken the last page's token, or null for the first page
 * @param maxKeys most entries of the page, 1 to 1000
 */
public record ListRequest(
    String prefix,
    @Nullable String delimiter,
    @Nullable String startAfter,
    @Nullable String continuationToken,
    int maxKeys) {
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
    return new ListRequest(prefix, "/", null, null, MAX_KEYS);
  }

  /** The first page of all keys that begin with a prefix and come after a key. */
  public static ListRequest below(String prefix, @Nullable String startAfter) {
    return new ListRequest(prefix, null, startAfter, null, MAX_KEYS);
  }

  /** Whether anything lies at or below a prefix: the first key alone. */
  public static ListRequest probe(String prefix) {
    return new ListRequest(prefix, null, null, null, 1);
  }

  /** The first page of what comes behind a key or common prefix; null: of all. */
  public ListRequest behind(@Nullable String key) {
    return new ListRequest(prefix, delimiter, key, null, maxKeys);
  }

  /** The page after one that ended with this token. */
  public ListRequest after(String token) {
    return new ListRequest(prefix, delimiter, startAfter, token, maxKeys);
  }

  /** Behind which key ListObjects goes on, whose tokens are keys; null: it begins. */
  @Nullable String marker() {
    return continuationToken == null ? startAfter : continuationToken;
  }
}
