package io.thins3.store.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Without TLS: the socket's own bytes. */
final class PlainWire implements Wire {
  private final SocketChannel channel;

  PlainWire(SocketChannel channel) {
    this.channel = channel;
  }

  @Override
  public int read(ByteBuffer destination) throws IOException {
    return channel.read(destination);
  }

  @Override
  public int readUnit() {
    return 1;
  }

  @Override
  public void write(ByteBuffer... pieces) throws IOException {
    long left = 0;
    for (ByteBuffer piece : pieces) {
      left += piece.remaining();
    }
    while (left > 0) {
      left -= channel.write(pieces);
    }
  }

  @Override
  public boolean isQuiet() throws IOException {
    return channel.read(ByteBuffer.allocate(1)) == 0;
  }

  @Override
  public void retire(Buffers buffers) {
    // It has none.
  }
}
