package io.thins3.store.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * TLS over a socket, by an {@link SSLEngine}: unlike an SSLSocket it deciphers from and into direct
 * buffers, and the same interrupts and closes end it as without TLS.
 */
final class TlsWire implements Wire {
  /** Four records of 16 KiB in one system call. */
  private static final int NET_BYTES = 68 * 1024;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SocketChannel channel;
  private final SSLEngine engine;

  /** Between position and limit lies what came and was not deciphered. */
  private ByteBuffer in;

  private ByteBuffer out;
  private final int unit;

  TlsWire(SocketChannel channel, SSLEngine engine, Buffers buffers) {
    this.channel = channel;
    this.engine = engine;
    int packet = engine.getSession().getPacketBufferSize();
    this.in = buffers.take(Math.max(NET_BYTES, 2 * packet)).limit(0);
    this.out = buffers.take(Math.max(NET_BYTES, 2 * packet));
    this.unit = engine.getSession().getApplicationBufferSize();
  }

  /** Agrees on keys and checks the certificate. */
  void handshake() throws IOException {
    engine.beginHandshake();
    ByteBuffer none = ByteBuffer.allocate(unit);
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> runTasks();
        case NEED_WRAP -> flushEngine();
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          SSLEngineResult result = engine.unwrap(in, none);
          if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
            throw new SSLHandshakeException("the connection ended within the handshake");
          }
          if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW && !receive(channel)) {
            throw new SSLHandshakeException("the connection ended within the handshake");
          }
        }
        case FINISHED, NOT_HANDSHAKING -> {
          return;
        }
      }
    }
  }

  @Override
  public int readUnit() {
    return unit;
  }

  @Override
  public int read(ByteBuffer destination) throws IOException {
    int before = destination.position();
    while (true) {
      SSLEngineResult.Status status = decipher(destination);
      if (destination.position() > before) {
        return destination.position() - before;
      }
      if (engine.isInboundDone()) {
        return -1;
      }
      if (status == SSLEngineResult.Status.BUFFER_UNDERFLOW && !receive(channel)) {
        // Without TLS's own end anybody on the way may have cut it: no end of a body.
        throw new EOFException("the connection ended without the end of TLS");
      }
    }
  }

  /** Deciphers all whole records that are here and fit. */
  private SSLEngineResult.Status decipher(ByteBuffer destination) throws SSLException, IOException {
    SSLEngineResult.Status status = SSLEngineResult.Status.BUFFER_UNDERFLOW;
    while (in.hasRemaining() && destination.remaining() >= unit) {
      SSLEngineResult result = engine.unwrap(in, destination);
      status = result.getStatus();
      if (status == SSLEngineResult.Status.BUFFER_OVERFLOW) {
        throw new SSLException("a record is longer than " + unit + " bytes");
      }
      if (status != SSLEngineResult.Status.OK) {
        break;
      }
      // Tickets and new keys come between the data.
      if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
        runTasks();
      }
      if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
        flushEngine();
      }
      status = SSLEngineResult.Status.BUFFER_UNDERFLOW;
    }
    return status;
  }

  private boolean receive(ReadableByteChannel from) throws IOException {
    return receiveSome(from) >= 0;
  }

  private int receiveSome(ReadableByteChannel from) throws IOException {
    in.compact();
    try {
      return from.read(in);
    } finally {
      in.flip();
    }
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  /** Sends what the engine itself has to say. */
  private void flushEngine() throws IOException {
    while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
      engine.wrap(NOTHING, out.clear());
      send();
    }
  }

  @Override
  public void write(ByteBuffer... pieces) throws IOException {
    int packet = engine.getSession().getPacketBufferSize();
    out.clear();
    while (hasRemaining(pieces)) {
      SSLEngineResult result = engine.wrap(pieces, out);
      if (result.getStatus() != SSLEngineResult.Status.OK) {
        throw new SSLException("the TLS connection is closed for writing");
      }
      if (out.remaining() < packet) {
        send();
        out.clear();
      }
    }
    send();
  }

  private void send() throws IOException {
    out.flip();
    while (out.hasRemaining()) {
      channel.write(out);
    }
  }

  private static boolean hasRemaining(ByteBuffer... pieces) {
    for (ByteBuffer piece : pieces) {
      if (piece.hasRemaining()) {
        return true;
      }
    }
    return false;
  }

  /** Session tickets come at any time after the handshake, and are no reason to close. */
  @Override
  public boolean isQuiet() throws IOException {
    int count = receiveSome(channel);
    if (count < 0) {
      return false;
    }
    ByteBuffer plain = ByteBuffer.allocate(count == 0 && !in.hasRemaining() ? 0 : unit);
    return decipher(plain) != SSLEngineResult.Status.CLOSED
        && !engine.isInboundDone()
        && plain.position() == 0;
  }

  @Override
  public void retire(Buffers buffers) {
    ByteBuffer[] mine = {in, out};
    in = Buffers.NONE;
    out = Buffers.NONE;
    for (ByteBuffer buffer : mine) {
      buffers.give(buffer);
    }
  }
}
