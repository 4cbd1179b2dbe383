package io.thins3.write;

/**
 * A range of a file's content, and where its bytes are.
 *
 * @param offset first byte
 * @param length bytes, positive
 * @param source where they are
 */
record Extent(long offset, long length, Source source) {
  /** Where bytes are. */
  enum Source {
    /** Nowhere: they are zeros. */
    HOLE,
    /** In the published object, at the same offset. */
    PUBLISHED,
    /** In the staging file, at the same offset. */
    STAGED,
    /** In a part of the upload that is under way, and nowhere else. */
    SENT
  }

  long end() {
    return offset + length;
  }
}
