package io.thins3.store.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** A body as a stream. */
final class BodyStream extends InputStream {
  private final ResponseBody body;

  BodyStream(ResponseBody body) {
    this.body = body;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return length == 0 ? 0 : body.read(ByteBuffer.wrap(bytes, offset, length));
  }

  @Override
  public void close() {
    body.close();
  }
}
