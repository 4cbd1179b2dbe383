package io.thins3.store;

import org.jspecify.annotations.Nullable;

/**
 * A part of a multipart upload that the store has.
 *
 * @param number 1 to 10,000
 * @param etag of the part
 * @param checksum that was sent with it and compared by the store; null for none
 */
public record UploadedPart(int number, String etag, @Nullable ObjectChecksum checksum) {
  /** Most parts of an upload (Amazon S3 User Guide, "Multipart upload limits"). */
  public static final int MOST = 10_000;

  /** Least bytes of a part that is not the last (the same). */
  public static final long LEAST_BYTES = 5L << 20;

  /** Most bytes of a part, and of an object that one request copies (the same). */
  public static final long MOST_BYTES = 5L << 30;

  /** Checks the number. */
  public UploadedPart {
    if (number < 1 || number > MOST) {
      throw new IllegalArgumentException("part " + number);
    }
  }
}
