package io.thins3.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is uploaded by one request. Written once for each time that the request is sent, by one
 * thread at a time; must be the same bytes each time.
 */
public interface Content {
  /** Takes pieces of the content. */
  @FunctionalInterface
  interface Sink {
    /** Sends what the buffers hold; their positions move to their limits. */
    void write(ByteBuffer... pieces) throws IOException;
  }

  /** How many bytes {@link #writeTo} writes. */
  long length();

  /** The checksum that goes with them, for the store to compare; null for none. */
  @Nullable ObjectChecksum checksum();

  /**
   * Writes all bytes.
   *
   * @throws IOException of the sink, or when the bytes cannot be had
   */
  void writeTo(Sink sink) throws IOException;

  /**
   * What buffers hold between position and limit, sent from where it lies. The buffers must not
   * change until the answer is there; their positions stay.
   */
  static Content of(@Nullable ObjectChecksum checksum, List<ByteBuffer> buffers) {
    long length = 0;
    for (ByteBuffer buffer : buffers) {
      length += buffer.remaining();
    }
    return new Buffers(List.copyOf(buffers), length, checksum);
  }

  /** Buffers, sent together. */
  record Buffers(List<ByteBuffer> buffers, long length, @Nullable ObjectChecksum checksum)
      implements Content {
    @Override
    public void writeTo(Sink sink) throws IOException {
      sink.write(buffers.stream().map(ByteBuffer::duplicate).toArray(ByteBuffer[]::new));
    }
  }
}
