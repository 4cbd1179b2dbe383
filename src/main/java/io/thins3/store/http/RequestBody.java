package io.thins3.store.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;

/** The body of a request. Written once for each time that the request is sent. */
public interface RequestBody {
  /** Takes pieces of a body. */
  @FunctionalInterface
  interface Sink {
    /** Sends what the buffers hold; their positions move to their limits. */
    void write(ByteBuffer... pieces) throws IOException;
  }

  /** How many bytes {@link #writeTo} writes. */
  long length();

  /** Writes all bytes. */
  void writeTo(Sink sink) throws IOException;

  /** No bytes. */
  static RequestBody none() {
    return of();
  }

  /**
   * What the buffers hold between position and limit, written from where it lies. The buffers must
   * not change until the answer is there; their positions stay.
   */
  static RequestBody of(ByteBuffer... buffers) {
    long length = 0;
    for (ByteBuffer buffer : buffers) {
      length += buffer.remaining();
    }
    return new Gathered(List.of(buffers), length);
  }

  /** So many bytes of a stream that is opened anew each time. */
  static RequestBody of(Supplier<InputStream> streams, long length) {
    return new Streamed(streams, length);
  }

  /** Buffers, sent together. */
  record Gathered(List<ByteBuffer> buffers, long length) implements RequestBody {
    @Override
    public void writeTo(Sink sink) throws IOException {
      sink.write(buffers.stream().map(ByteBuffer::duplicate).toArray(ByteBuffer[]::new));
    }
  }

  /** A stream, sent in pieces. */
  record Streamed(Supplier<InputStream> streams, long length) implements RequestBody {
    private static final int PIECE = 64 * 1024;

    @Override
    public void writeTo(Sink sink) throws IOException {
      byte[] piece = new byte[(int) Math.min(PIECE, Math.max(1, length))];
      try (InputStream stream = streams.get()) {
        for (long left = length; left > 0; ) {
          int count = stream.read(piece, 0, (int) Math.min(piece.length, left));
          if (count < 0) {
            throw new EOFException("the body lacks " + left + " of " + length + " bytes");
          }
          sink.write(ByteBuffer.wrap(piece, 0, count));
          left -= count;
        }
      }
    }
  }
}
