package io.thins3.store.http;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A body in chunks (RFC 9112, section 7.1).
 *
 * <pre>
 *   SIZE ── n > 0 ─► DATA ── n bytes read, CR LF ─► SIZE
 *     └──── 0 ─────► trailer fields, empty line ─► ENDED
 * </pre>
 */
final class ChunkedFraming implements Framing {
  /** Sixteen digits would overflow, and no chunk is that long. */
  private static final int MOST_DIGITS = 15;

  private enum State {
    SIZE,
    DATA,
    ENDED
  }

  private final Input input;
  private State state = State.SIZE;
  private long left;

  ChunkedFraming(Input input) {
    this.input = input;
  }

  @Override
  public int read(ByteBuffer destination) throws IOException {
    if (state == State.SIZE) {
      nextChunk();
    }
    if (state == State.ENDED) {
      return -1;
    }
    int count = Framing.readAtMost(input, destination, left);
    left -= count;
    if (left == 0) {
      if (input.readByte() != '\r' || input.readByte() != '\n') {
        throw new HttpProtocolException("a chunk is longer than its size");
      }
      state = State.SIZE;
      if (input.hasBuffered()) {
        // The end is usually here already: whoever has the last byte need not ask for the end.
        nextChunk();
      }
    }
    return count;
  }

  private void nextChunk() throws IOException {
    left = size(input.line());
    if (left > 0) {
      state = State.DATA;
    } else {
      ResponseHead.headers(input);
      state = State.ENDED;
    }
  }

  private static long size(String line) throws HttpProtocolException {
    int end = 0;
    long size = 0;
    while (end < line.length() && Character.digit(line.charAt(end), 16) >= 0) {
      size = 16 * size + Character.digit(line.charAt(end), 16);
      if (++end > MOST_DIGITS) {
        throw new HttpProtocolException("the size of a chunk has over " + MOST_DIGITS + " digits");
      }
    }
    String rest = line.substring(end).strip();
    if (end == 0 || (!rest.isEmpty() && rest.charAt(0) != ';')) {
      throw new HttpProtocolException("the size of a chunk is no number");
    }
    return size;
  }

  @Override
  public boolean isEnded() {
    return state == State.ENDED;
  }
}
