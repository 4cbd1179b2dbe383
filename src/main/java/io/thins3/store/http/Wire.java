package io.thins3.store.http;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of one connection, with or without TLS. For one thread at a time. */
interface Wire extends Input.Source {
  /** Sends all that the buffers hold. */
  void write(ByteBuffer... pieces) throws IOException;

  /**
   * Whether a connection that nobody uses is as it should be: open, and with nothing to read. The
   * channel does not block while this is asked.
   */
  boolean isQuiet() throws IOException;

  /** Gives its buffers away, before the channel is closed by the thread that may use it. */
  void retire(Buffers buffers);
}
