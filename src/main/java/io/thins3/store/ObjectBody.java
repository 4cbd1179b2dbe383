package io.thins3.store;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a GET was asked for, on their way. One thread reads and closes it; any thread may
 * abort it. Until it is read to its end, closed or aborted it holds a connection.
 */
public interface ObjectBody extends AutoCloseable {
  /** The checksum of the whole object, or null when the answer has none. */
  @Nullable ObjectChecksum checksum();

  /**
   * Waits for some bytes. Those for direct memory with room for more than a few KiB go there
   * straight from the socket, where the HTTP client is able to.
   *
   * @param destination has room; its position moves
   * @return how many came, at least one, or -1 after the last of the range
   * @throws StoreException when the body breaks off, stalls or ends early: the rest may be asked
   *     for again. Of kind {@link StoreException.Kind#INTERRUPTED} when the thread was interrupted
   */
  int read(ByteBuffer destination) throws StoreException;

  /** Ends it at once, from any thread: the connection is closed, and a read that waits fails. */
  void abort();

  /** Ends it; its connection is closed unless all was read. Does not fail. */
  @Override
  void close();
}
