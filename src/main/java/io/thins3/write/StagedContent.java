package io.thins3.write;

import io.thins3.store.ChecksumAlgorithm;
import io.thins3.store.Content;
import io.thins3.store.ObjectChecksum;
import io.thins3.write.Extent.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bytes of a staging file, and zeros where it has holes. For the one thread that sends it. */
final class StagedContent implements Content {
  private static final int PIECE = 256 << 10;

  private final @Nullable StagingFile file;
  private final List<Extent> extents;
  private final long length;
  private final @Nullable ContentSum sum;

  /**
   * Reads them once for their checksum.
   *
   * @param extents without gaps, staged or holes
   */
  StagedContent(
      @Nullable StagingFile file, List<Extent> extents, @Nullable ChecksumAlgorithm algorithm)
      throws IOException {
    this.file = file;
    this.extents = extents;
    this.length = extents.stream().mapToLong(Extent::length).sum();
    if (algorithm == null) {
      this.sum = null;
    } else {
      ContentSum all = new ContentSum(algorithm);
      writeTo(
          pieces -> {
            for (ByteBuffer piece : pieces) {
              all.add(piece);
              piece.position(piece.limit());
            }
          });
      this.sum = all;
    }
  }

  @Override
  public long length() {
    return length;
  }

  @Nullable ContentSum sum() {
    return sum;
  }

  @Override
  public @Nullable ObjectChecksum checksum() {
    return sum == null ? null : sum.checksum();
  }

  @Override
  public void writeTo(Sink sink) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE, Math.max(1, length)));
    for (Extent extent : extents) {
      for (long at = extent.offset(); at < extent.end(); at += piece.limit()) {
        piece.clear().limit((int) Math.min(piece.capacity(), extent.end() - at));
        if (extent.source() == Source.STAGED && file != null) {
          try {
            file.read(at, piece);
          } catch (WriteException e) {
            throw new IOException(e.getMessage(), e);
          }
        } else if (extent.source() == Source.HOLE) {
          Zeros.put(piece, piece.remaining());
        } else {
          throw new IllegalStateException("not here: " + extent);
        }
        sink.write(piece.flip());
      }
    }
  }
}
