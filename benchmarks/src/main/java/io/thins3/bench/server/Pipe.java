package io.thins3.bench.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a proxied connection. Every byte is handed on {@code delayNanos} after it came
 * and no slower: a reader thread stamps pieces and queues them, a writer thread waits for each
 * piece's time. With no delay the reader writes itself.
 *
 * <p>The queue bounds what is on the way: 256 pieces of 128 KiB are 32 MiB, at 15 ms a direction 2
 * GiB/s on one connection, beyond what loopback and any client reach, so the bound only stops a
 * receiver that has ceased to read from filling the memory.
 */
final class Pipe {
  private static final int PIECE_BYTES = 128 << 10;
  private static final int PIECES = 256;

  /** Buffers for reuse, shared by the pipes of a proxy. */
  static final class Buffers {
    private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();

    private ByteBuffer take() {
      ByteBuffer buffer = free.poll();
      return buffer == null ? ByteBuffer.allocateDirect(PIECE_BYTES) : buffer.clear();
    }

    private void give(ByteBuffer buffer) {
      free.add(buffer);
    }
  }

  /**
   * @param bytes absent at the end of the stream
   */
  private record Piece(@Nullable ByteBuffer bytes, long dueNanos) {}

  private final SocketChannel from;
  private final SocketChannel to;
  private final long delayNanos;
  private final Buffers buffers;
  private final Consumer<ByteBuffer> watcher;
  private final BlockingQueue<Piece> queue = new ArrayBlockingQueue<>(PIECES);

  /**
   * @param watcher sees each piece before it is handed on; must not change it
   */
  Pipe(
      SocketChannel from,
      SocketChannel to,
      long delayNanos,
      Buffers buffers,
      Consumer<ByteBuffer> watcher) {
    this.from = from;
    this.to = to;
    this.delayNanos = delayNanos;
    this.buffers = buffers;
    this.watcher = watcher;
  }

  /** Whether a second thread must run {@link #deliver}. */
  boolean delays() {
    return delayNanos > 0;
  }

  /** Reads until the sender is through; returns after the last byte was queued or written. */
  void read() throws IOException, InterruptedException {
    while (true) {
      ByteBuffer buffer = buffers.take();
      int count = from.read(buffer);
      if (count < 0) {
        buffers.give(buffer);
        break;
      }
      watcher.accept(buffer.flip());
      if (delays()) {
        queue.put(new Piece(buffer, System.nanoTime() + delayNanos));
      } else {
        write(buffer);
      }
    }
    if (delays()) {
      queue.put(new Piece(null, System.nanoTime() + delayNanos));
    } else {
      to.shutdownOutput();
    }
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
      write(piece.bytes);
    }
  }

  private void write(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      to.write(buffer);
    }
    buffers.give(buffer);
  }
}
