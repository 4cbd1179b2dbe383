package io.thins3.bench.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a proxied connection. Every byte is handed on {@code delayNanos} after it came
 * and no slower: a reader thread stamps pieces and queues them, a writer thread waits for each
 * piece's time. With no delay the reader writes itself.
 *
 * <p>A queued piece holds as many bytes as were read and no more: a client that sends its body in
 * pieces of 1 KiB must not fill the memory with read buffers. 32 MiB may be on the way, at 15 ms a
 * direction 2 GiB/s on one connection, beyond what loopback and any client reach, so the bound only
 * stops a receiver that has ceased to read. All waits end when the connection is closed: the proxy
 * interrupts both threads.
 */
final class Pipe {
  private static final int PIECE_BYTES = 128 << 10;
  private static final int BYTES_ON_THE_WAY = 32 << 20;

  /**
   * @param bytes absent at the end of the stream
   */
  private record Piece(@Nullable ByteBuffer bytes, long dueNanos) {}

  private final SocketChannel from;
  private final SocketChannel to;
  private final long delayNanos;
  private final Consumer<ByteBuffer> watcher;
  private final IntConsumer handedOn;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE_BYTES);
  private final BlockingQueue<Piece> queue = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(BYTES_ON_THE_WAY);

  /**
   * A pipe.
   *
   * @param watcher sees each piece when it comes; must not change it
   * @param handedOn is told of bytes as they are written, just before the receiver can see them
   */
  Pipe(
      SocketChannel from,
      SocketChannel to,
      long delayNanos,
      Consumer<ByteBuffer> watcher,
      IntConsumer handedOn) {
    this.from = from;
    this.to = to;
    this.delayNanos = delayNanos;
    this.watcher = watcher;
    this.handedOn = handedOn;
  }

  /** Whether a second thread must run {@link #deliver}. */
  boolean delays() {
    return delayNanos > 0;
  }

  /** Reads until the sender is through; returns after the last byte was queued or written. */
  void read() throws IOException, InterruptedException {
    for (int count = from.read(buffer.clear()); count >= 0; count = from.read(buffer.clear())) {
      watcher.accept(buffer.flip());
      if (delays()) {
        room.acquire(count);
        queue.add(new Piece(copy(buffer), System.nanoTime() + delayNanos));
      } else {
        write(buffer);
      }
    }
    if (delays()) {
      queue.add(new Piece(null, System.nanoTime() + delayNanos));
    } else {
      to.shutdownOutput();
    }
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    return ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
  }

  /** Hands queued pieces on, each at its time, until the end of the stream. */
  void deliver() throws IOException, InterruptedException {
    while (true) {
      Piece piece = queue.take();
      for (long wait = piece.dueNanos - System.nanoTime();
          wait > 0;
          wait = piece.dueNanos - System.nanoTime()) {
        LockSupport.parkNanos(wait);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
      if (piece.bytes == null) {
        to.shutdownOutput();
        return;
      }
      int size = piece.bytes.remaining();
      write(piece.bytes);
      room.release(size);
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    handedOn.accept(bytes.remaining());
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }
}
