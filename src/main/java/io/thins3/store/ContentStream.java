package io.thins3.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Content} as a stream, which is what the SDK wants: contents write themselves, the SDK
 * reads. Buffers are read where they lie; anything else is written by a thread of its own, a piece
 * when the one before has been read.
 */
final class ContentStream extends InputStream {
  /** The SDK's timeouts end a request long before; then nobody reads any more. */
  private static final int MOST_SECONDS = 600;

  private static final ByteBuffer END = ByteBuffer.allocate(0);

  /** Gives the next piece; an empty one is the end. */
  private interface Source {
    ByteBuffer next() throws IOException;
  }

  private final Source source;
  private final Runnable end;
  private ByteBuffer piece = ByteBuffer.allocate(0);
  private boolean ended;

  private ContentStream(Source source, Runnable end) {
    this.source = source;
    this.end = end;
  }

  static ContentStream of(Content content) {
    if (content instanceof Content.Buffers buffers) {
      Deque<ByteBuffer> pieces = new ArrayDeque<>();
      for (ByteBuffer buffer : buffers.buffers()) {
        if (buffer.hasRemaining()) {
          pieces.add(buffer.duplicate());
        }
      }
      return new ContentStream(
          () -> {
            ByteBuffer next = pieces.poll();
            return next == null ? END : next;
          },
          () -> {});
    }
    Writer writer = new Writer(content);
    return new ContentStream(writer::next, writer::stop);
  }

  /** Whether there is something in the piece. */
  private boolean fill() throws IOException {
    if (!ended && !piece.hasRemaining()) {
      piece = source.next();
      ended = !piece.hasRemaining();
    }
    return !ended;
  }

  @Override
  public int read() throws IOException {
    return fill() ? piece.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, piece.remaining());
    piece.get(bytes, offset, count);
    return count;
  }

  @Override
  public void close() {
    end.run();
  }

  /** Lets a content write itself. */
  private static final class Writer {
    private final SynchronousQueue<ByteBuffer> pieces = new SynchronousQueue<>();
    private final SynchronousQueue<ByteBuffer> taken = new SynchronousQueue<>();
    private final Content content;
    private final Thread thread;
    private volatile @Nullable Throwable failure;
    private boolean begun;

    Writer(Content content) {
      this.content = content;
      this.thread = new Thread(this::write, "thins3-content");
      thread.setDaemon(true);
    }

    private void write() {
      try {
        new ContentBody.Checked(this::hand, content.length()).writeAll(content);
      } catch (IOException | RuntimeException e) {
        failure = e;
      }
      try {
        offer(pieces, END);
      } catch (InterruptedIOException e) {
        // Nobody reads any more.
        failure = e;
      }
    }

    /** In the writer's thread: until they are read, its buffers are not its own again. */
    private void hand(ByteBuffer... some) throws IOException {
      for (ByteBuffer one : some) {
        if (one.hasRemaining()) {
          offer(pieces, one);
          take(taken);
        }
      }
    }

    ByteBuffer next() throws IOException {
      if (begun) {
        offer(taken, END);
      } else {
        begun = true;
        thread.start();
      }
      ByteBuffer next = take(pieces);
      Throwable broken = failure;
      if (!next.hasRemaining() && broken instanceof RuntimeException e) {
        throw e;
      }
      if (!next.hasRemaining() && broken != null) {
        throw new IOException(broken);
      }
      return next;
    }

    void stop() {
      thread.interrupt();
    }

    private static void offer(SynchronousQueue<ByteBuffer> queue, ByteBuffer piece)
        throws InterruptedIOException {
      try {
        if (!queue.offer(piece, MOST_SECONDS, TimeUnit.SECONDS)) {
          throw new InterruptedIOException("nobody reads what is uploaded");
        }
      } catch (InterruptedException e) {
        throw interrupted();
      }
    }

    private static ByteBuffer take(SynchronousQueue<ByteBuffer> queue)
        throws InterruptedIOException {
      try {
        ByteBuffer piece = queue.poll(MOST_SECONDS, TimeUnit.SECONDS);
        if (piece == null) {
          throw new InterruptedIOException("what is uploaded does not come");
        }
        return piece;
      } catch (InterruptedException e) {
        throw interrupted();
      }
    }

    private static InterruptedIOException interrupted() {
      Thread.currentThread().interrupt();
      return new InterruptedIOException("interrupted");
    }
  }
}
