package io.thins3.store.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads lines through a small buffer, and bodies past it: what a large direct buffer asks for goes
 * from the source straight into it. For one thread at a time.
 */
final class Input {
  /** Where the bytes come from. */
  interface Source {
    /**
     * Waits for some bytes.
     *
     * @param destination has room for {@link #readUnit} bytes at least
     * @return how many came, or -1 at the end
     */
    int read(ByteBuffer destination) throws IOException;

    /** The least room that {@link #read} needs: a whole record of TLS, else 1. */
    int readUnit();
  }

  /** Holds any head; a body goes through it only for destinations that are small or on the heap. */
  private static final int BUFFER_BYTES = 32 * 1024;

  /** Below this a copy is cheaper than a system call of its own. */
  private static final int LEAST_STRAIGHT = 4 * 1024;

  private static final int LONGEST_LINE = 16 * 1024;

  private final Source source;

  /** Between position and limit lies what came and was not read. */
  private ByteBuffer buffer;

  private byte[] line = new byte[256];

  /**
   * Creates one.
   *
   * @param buffer direct, with {@link #bufferBytes} bytes
   */
  Input(Source source, ByteBuffer buffer) {
    this.source = source;
    this.buffer = buffer.clear().limit(0);
  }

  /** How large a buffer it needs. */
  static int bufferBytes(Source source) {
    return Math.max(BUFFER_BYTES, source.readUnit());
  }

  /** Gives the buffer away; what comes now is the end of the source. */
  void retire(Buffers buffers) {
    ByteBuffer mine = buffer;
    buffer = Buffers.NONE;
    buffers.give(mine);
  }

  /** Whether bytes are here that nobody asked for yet. */
  boolean hasBuffered() {
    return buffer.hasRemaining();
  }

  /** Waits for a byte; false at the end. */
  boolean await() throws IOException {
    return buffer.hasRemaining() || fill();
  }

  /** Reads some bytes, at least one; -1 at the end. The destination has room. */
  int read(ByteBuffer destination) throws IOException {
    if (!buffer.hasRemaining()) {
      if (destination.isDirect()
          && destination.remaining() >= Math.max(LEAST_STRAIGHT, source.readUnit())) {
        return source.read(destination);
      }
      if (!fill()) {
        return -1;
      }
    }
    int count = Math.min(buffer.remaining(), destination.remaining());
    int end = buffer.limit();
    destination.put(buffer.limit(buffer.position() + count));
    buffer.limit(end);
    return count;
  }

  /** Reads one byte. */
  int readByte() throws IOException {
    if (!await()) {
      throw new EOFException();
    }
    return buffer.get() & 0xff;
  }

  /** Reads a line up to LF, without it and a CR before it. */
  String line() throws IOException {
    int length = 0;
    for (int b = readByte(); b != '\n'; b = readByte()) {
      if (length == LONGEST_LINE) {
        throw new HttpProtocolException("a line of the head is over " + LONGEST_LINE + " bytes");
      }
      if (length == line.length) {
        line = Arrays.copyOf(line, 2 * length);
      }
      line[length++] = (byte) b;
    }
    if (length > 0 && line[length - 1] == '\r') {
      length--;
    }
    return new String(line, 0, length, StandardCharsets.ISO_8859_1);
  }

  private boolean fill() throws IOException {
    buffer.clear();
    int count = 0;
    try {
      count = source.read(buffer);
    } finally {
      buffer.limit(Math.max(0, count)).position(0);
    }
    return count > 0;
  }
}
