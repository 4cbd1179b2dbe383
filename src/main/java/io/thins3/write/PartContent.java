package io.thins3.write;

import io.thins3.store.Content;
import io.thins3.store.ObjectChecksum;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a part that is on its way: pages from where they lie, what is on the disk through a
 * buffer. For the one thread that sends it.
 */
final class PartContent implements Content {
  private final Part part;
  private final long length;
  private final boolean summed;
  private @Nullable ContentSum sum;

  /**
   * @param summed whether it has a checksum
   * @param known that checksum, if it was computed while the bytes came
   */
  PartContent(Part part, long length, boolean summed, @Nullable ContentSum known) {
    this.part = part;
    this.length = length;
    this.summed = summed;
    this.sum = known;
  }

  @Override
  public long length() {
    return length;
  }

  /** Computes what is not known yet. */
  @Nullable ContentSum sum(io.thins3.store.ChecksumAlgorithm algorithm) throws IOException {
    if (summed && sum == null) {
      ContentSum all = new ContentSum(algorithm);
      writeTo(
          pieces -> {
            for (ByteBuffer piece : pieces) {
              all.add(piece);
              piece.position(piece.limit());
            }
          });
      sum = all;
    }
    return sum;
  }

  @Override
  public @Nullable ObjectChecksum checksum() {
    return sum == null ? null : sum.checksum();
  }

  @Override
  public void writeTo(Sink sink) throws IOException {
    List<ByteBuffer> pieces = new ArrayList<>();
    ByteBuffer scratch = null;
    for (long at = 0; at < length; ) {
      long end = Math.min(length, (at / Part.slotBytes() + 1) * Part.slotBytes());
      ByteBuffer memory = part.memory(at, end);
      if (memory == null) {
        send(sink, pieces);
        if (scratch == null) {
          scratch = ByteBuffer.allocate(Part.slotBytes());
        }
        scratch.clear();
        try {
          part.read(at, end, scratch);
        } catch (WriteException e) {
          throw new IOException(e.getMessage(), e);
        }
        sink.write(scratch.flip());
      } else {
        pieces.add(memory);
      }
      at = end;
    }
    send(sink, pieces);
  }

  private static void send(Sink sink, List<ByteBuffer> pieces) throws IOException {
    if (!pieces.isEmpty()) {
      sink.write(pieces.toArray(ByteBuffer[]::new));
      pieces.clear();
    }
  }
}
