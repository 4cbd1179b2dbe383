package io.thins3.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The answer to a ranged GET whose body is still on its way. For one thread, but for its end. */
interface RangeAnswer {
  /** The object's version, or null when the answer does not say. */
  @Nullable String etag();

  /** The range that it holds, or null when it holds the whole object. */
  @Nullable String contentRange();

  /** The checksum of the whole object, or null when it says none. */
  @Nullable ObjectChecksum checksum();

  /** By which the store's own log knows it, or null when it says none. */
  @Nullable String requestId();

  /** Bytes of its body, or null when only the end tells. */
  @Nullable Long contentLength();

  /**
   * Waits for some bytes.
   *
   * @param destination has room; its position moves
   * @return how many came, at least one, or -1 at the end
   */
  int read(ByteBuffer destination) throws IOException;

  /** Whether the body has ended; then the connection serves others. */
  boolean isAtEnd() throws IOException;

  /** Ends it at once, from any thread: the connection is closed, unless the body has ended. */
  void abort();

  /** The same, in the thread that reads, which does not go on. */
  void discard();
}
