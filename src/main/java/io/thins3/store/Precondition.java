package io.thins3.store;

import org.jspecify.annotations.Nullable;

/**
 * What must be true of a key for a write to happen; {@link StoreException.Kind#PRECONDITION_FAILED}
 * otherwise, and {@link StoreException.Kind#NO_SUCH_KEY} where a version was asked for and there is
 * none at all.
 *
 * @param ifMatch the ETag that the object must have, or null
 * @param ifAbsent whether there must be no object
 */
public record Precondition(@Nullable String ifMatch, boolean ifAbsent) {
  /** Nothing. */
  public static final Precondition NONE = new Precondition(null, false);

  /** There is no object of that key. */
  public static final Precondition ABSENT = new Precondition(null, true);

  /** Not both can be true. */
  public Precondition {
    if (ifAbsent && ifMatch != null) {
      throw new IllegalArgumentException("absent, and of ETag " + ifMatch);
    }
  }

  /** The object has this ETag. */
  public static Precondition match(String etag) {
    return new Precondition(etag, false);
  }
}
