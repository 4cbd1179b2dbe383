package io.thins3.write;

import io.thins3.write.Extent.Source;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts together what lies in a draft and in the published object. Stateless. */
final class DraftReading {
  private DraftReading() {}

  /**
   * Reads; waits.
   *
   * @param extents of the range, without gaps
   * @return as many bytes as the range has
   */
  static ByteBuffer read(
      @Nullable Draft draft,
      @Nullable FileVersion version,
      List<Extent> extents,
      long offset,
      long end,
      PublishedBytes bytes)
      throws WriteException {
    ByteBuffer answer = ByteBuffer.allocate((int) (end - offset));
    for (Extent extent : extents) {
      int limit = (int) (extent.end() - offset);
      if (extent.source() == Source.PUBLISHED && version != null) {
        bytes.read(version, extent.offset(), answer.limit(limit));
      } else if (draft != null) {
        draft.read(extent.offset(), extent.end(), answer.limit(limit));
      }
    }
    return answer.flip();
  }
}
