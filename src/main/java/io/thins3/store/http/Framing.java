package io.thins3.store.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Where a body ends. For one thread at a time. */
interface Framing {
  /**
   * Reads some bytes of the body, at least one unless it has ended.
   *
   * @return how many, or -1 at the end
   * @throws EOFException when the connection ends before the body
   */
  int read(ByteBuffer destination) throws IOException;

  /** Whether the whole body was read, and what follows it. */
  boolean isEnded();

  /** The framing of an answer to a request of this method. */
  static Framing of(String method, ResponseHead head, Input input) {
    if (method.equals("HEAD") || head.status() == 204 || head.status() == 304) {
      return new Counted(input, 0);
    }
    if (head.chunked()) {
      return new ChunkedFraming(input);
    }
    return head.length() >= 0 ? new Counted(input, head.length()) : new UntilClose(input);
  }

  /** After so many bytes. */
  final class Counted implements Framing {
    private final Input input;
    private long left;

    Counted(Input input, long length) {
      this.input = input;
      this.left = length;
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = readAtMost(input, destination, left);
      left -= count;
      return count;
    }

    @Override
    public boolean isEnded() {
      return left == 0;
    }
  }

  /** With the connection: old servers' error pages. */
  final class UntilClose implements Framing {
    private final Input input;

    UntilClose(Input input) {
      this.input = input;
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
      return input.read(destination);
    }

    @Override
    public boolean isEnded() {
      return false;
    }
  }

  /** Reads some bytes, at least one and no more than {@code most}. */
  static int readAtMost(Input input, ByteBuffer destination, long most) throws IOException {
    int limit = destination.limit();
    if (destination.remaining() > most) {
      destination.limit(destination.position() + (int) most);
    }
    int count;
    try {
      count = input.read(destination);
    } finally {
      destination.limit(limit);
    }
    if (count < 0) {
      throw new EOFException("the connection ended within the body");
    }
    return count;
  }
}
