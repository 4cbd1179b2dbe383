package io.thins3.ops;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the control socket.
 *
 * <pre>
 *   READING ── a line ──► RUNNING ── its answer ──► WRITING ── all of it ──► closed
 *      │ end, error,         │                         │ error
 *      └ deadline ───────────┴──────── deadline ───────┴───────────────────► closed
 * </pre>
 *
 * Used by the server's thread alone, but for {@link #answer}.
 */
final class ControlConnection {
  private static final Logger log = LoggerFactory.getLogger(ControlConnection.class);

  private final SocketChannel channel;
  private final SelectionKey key;
  private final ByteBuffer request = ByteBuffer.allocate(ControlMessages.LONGEST_LINE);
  private volatile @Nullable ByteBuffer answer;
  private long deadline;

  /**
   * @param deadline of the line, as {@link System#nanoTime}
   */
  ControlConnection(SocketChannel channel, SelectionKey key, long deadline) {
    this.channel = channel;
    this.key = key;
    this.deadline = deadline;
  }

  /** What came before the line's end is whole; null: not yet. Closes at the end of the stream. */
  byte @Nullable [] read() throws IOException, ControlException {
    int count = channel.read(request);
    if (count < 0) {
      close();
      return null;
    }
    for (int i = request.position() - count; i < request.position(); i++) {
      if (request.get(i) == '\n') {
        return Arrays.copyOf(request.array(), i);
      }
    }
    if (!request.hasRemaining()) {
      throw new ControlException("the request is too long");
    }
    return null;
  }

  /** Reads no more: the command has until then. */
  void running(long until) {
    key.interestOps(0);
    deadline = until;
  }

  /** From any thread: what is to be written. The server is to be woken up. */
  void answer(byte[] line) {
    answer = ByteBuffer.wrap(line);
  }

  /** Whether an answer has come that is not being written. */
  boolean isAnswered() {
    return answer != null && key.isValid() && key.interestOps() == 0;
  }

  /** Writes from now on. */
  void writing(long until) throws IOException {
    key.interestOps(SelectionKey.OP_WRITE);
    deadline = until;
    write();
  }

  void write() throws IOException {
    ByteBuffer left = answer;
    if (left != null) {
      channel.write(left);
      if (!left.hasRemaining()) {
        close();
      }
    }
  }

  /** Nanoseconds until the deadline, not positive when it has passed. */
  long left(long now) {
    return deadline - now;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  void close() {
    key.cancel();
    try {
      channel.close();
    } catch (IOException e) {
      log.debug("closing a connection", e);
    }
  }
}
