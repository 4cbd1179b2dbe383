package io.thins3.fuse.linux;

import io.thins3.fuse.Caller;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.linux.FuseProtocol.fuse_in_header;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One request as its bytes. Offsets are those of {@link FuseProtocol}, counted from the end of the
 * header. Nothing is read past the request's length: the buffer's limit is there.
 *
 * <p>A reader has one object of this class, which looks at each request in turn without a copy;
 * {@link #copy} makes one that outlives the reader's buffer. Not thread-safe.
 */
final class Request {
  private static final int BODY = fuse_in_header.SIZE;

  private ByteBuffer bytes;

  /** Looks at a buffer that has no request yet. */
  Request(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** Looks at the request in the first bytes of a buffer. */
  void attach(ByteBuffer buffer, int length) {
    bytes = buffer;
    bytes.clear().limit(length);
  }

  /** A request with bytes of its own. */
  Request copy() {
    ByteBuffer own = ByteBuffer.allocate(bytes.limit()).order(ByteOrder.nativeOrder());
    own.put(0, bytes, 0, bytes.limit());
    return new Request(own);
  }

  /** Whether there is a whole header, so that the request can be answered. */
  boolean hasHeader() {
    return bytes.limit() >= BODY;
  }

  /**
   * Checks that the length in the header is the number of bytes that came.
   *
   * @throws MalformedRequest when it is not
   */
  void checkLength() throws MalformedRequest {
    int length = bytes.getInt(fuse_in_header.len);
    if (length != bytes.limit()) {
      throw new MalformedRequest("length " + length + " of " + bytes.limit() + " bytes");
    }
  }

  int opcode() {
    return bytes.getInt(fuse_in_header.opcode);
  }

  long unique() {
    return bytes.getLong(fuse_in_header.unique);
  }

  long nodeId() {
    return bytes.getLong(fuse_in_header.nodeid);
  }

  int uid() {
    return bytes.getInt(fuse_in_header.uid);
  }

  Caller caller() {
    return new Caller(
        bytes.getInt(fuse_in_header.uid),
        bytes.getInt(fuse_in_header.gid),
        bytes.getInt(fuse_in_header.pid));
  }

  /** Bytes behind the header. */
  int bodyLength() {
    return bytes.limit() - BODY;
  }

  /**
   * Checks that the body has at least so many bytes. To be called before its fields are read.
   *
   * @throws MalformedRequest when it is shorter
   */
  void require(int bodyBytes) throws MalformedRequest {
    if (bodyBytes < 0 || bodyLength() < bodyBytes) {
      throw new MalformedRequest("body of " + bodyLength() + " bytes, needs " + bodyBytes);
    }
  }

  int getInt(int offset) {
    return bytes.getInt(BODY + offset);
  }

  long getLong(int offset) {
    return bytes.getLong(BODY + offset);
  }

  /** A position or length in a file: the kernel lets no program give a negative one. */
  long getOffset(int offset) throws MalformedRequest {
    long value = getLong(offset);
    if (value < 0) {
      throw new MalformedRequest("offset or length " + value);
    }
    return value;
  }

  /**
   * The name that begins at an offset of the body and ends before its NUL.
   *
   * @throws MalformedRequest when it has no end, or is empty
   * @throws FuseException EILSEQ when it is not UTF-8
   */
  String name(int offset) throws MalformedRequest, FuseException {
    int end = afterName(offset) - 1;
    if (end == offset) {
      throw new MalformedRequest("empty name");
    }
    return Utf8.decode(bytes, BODY + offset, BODY + end);
  }

  /** The offset behind the NUL of the name that begins at an offset. */
  int afterName(int offset) throws MalformedRequest {
    int limit = bytes.limit();
    for (int i = BODY + offset; i < limit; i++) {
      if (bytes.get(i) == 0) {
        return i + 1 - BODY;
      }
    }
    throw new MalformedRequest("name at " + offset + " has no end");
  }

  /** A copy of bytes of the body. */
  byte[] bytes(int offset, int length) throws MalformedRequest {
    requireRange(offset, length);
    byte[] copy = new byte[length];
    bytes.get(BODY + offset, copy);
    return copy;
  }

  /** A view of bytes of the body, which lives as long as the buffer. */
  ByteBuffer slice(int offset, int length) throws MalformedRequest {
    requireRange(offset, length);
    return bytes.slice(BODY + offset, length);
  }

  /** The length is a number out of the request itself: any bits. */
  private void requireRange(int offset, int length) throws MalformedRequest {
    if (length < 0 || length > bodyLength() - offset) {
      throw new MalformedRequest(
          "body of " + bodyLength() + " bytes, " + offset + " and " + length + " are named");
    }
  }
}
