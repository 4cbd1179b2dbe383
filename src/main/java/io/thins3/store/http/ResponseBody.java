package io.thins3.store.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * The body of an answer. One thread reads and closes it; any thread may abort it. It must be read
 * to its end, closed or aborted: until then it holds a connection.
 */
public final class ResponseBody implements Closeable {
  /** What is left over is read, up to here, rather than making a new connection. */
  private static final int WORTH_DRAINING = 16 * 1024;

  /** As long as a new connection takes; then closing it is the quicker way. */
  private static final Duration DRAIN = Duration.ofMillis(100);

  private final ConnectionPool.Lease lease;
  private final Framing framing;
  private final boolean keepAlive;
  private final long length;
  private final long callEnd;

  /**
   * Creates one.
   *
   * @param length of the whole body, or -1
   * @param callEnd time of the clock when the call ends that it answers
   */
  ResponseBody(
      ConnectionPool.Lease lease, Framing framing, boolean keepAlive, long length, long callEnd) {
    this.lease = lease;
    this.framing = framing;
    this.keepAlive = keepAlive;
    this.length = length;
    this.callEnd = callEnd;
    releaseAtEnd();
  }

  /** Bytes of the whole body, or -1 when only its end tells. */
  public long length() {
    return length;
  }

  /**
   * Makes the body part of the call that it answers: no wait for it goes beyond the time that was
   * given for the head. Else each wait has its own, and a body that comes by drops lasts for ever.
   * For the thread that reads, before it does.
   */
  public void endWithCall() {
    // Once it is over the connection may serve somebody else.
    if (!framing.isEnded()) {
      lease.connection().endBy(callEnd);
    }
  }

  /**
   * Waits for some bytes. A direct buffer with room for more than 4 KiB gets them straight from the
   * socket.
   *
   * @param destination has room; its position moves
   * @return how many came, at least one, or -1 at the end
   */
  public int read(ByteBuffer destination) throws IOException {
    boolean good = false;
    try {
      int count = framing.isEnded() ? -1 : framing.read(destination);
      good = true;
      if (count < 0 && !framing.isEnded()) {
        lease.release(false);
      } else {
        releaseAtEnd();
      }
      return count;
    } finally {
      if (!good) {
        lease.release(false);
      }
    }
  }

  private void releaseAtEnd() {
    if (framing.isEnded()) {
      lease.release(keepAlive && !lease.connection().input().hasBuffered());
    }
  }

  /**
   * Gives the connection back; when more than a little of the body is left, closes it. Does not
   * fail: who closes has what he wants.
   */
  @Override
  public void close() {
    if (framing.isEnded()) {
      return;
    }
    if (lease.isAborted()) {
      lease.release(false);
      return;
    }
    ByteBuffer rest = ByteBuffer.allocate(WORTH_DRAINING);
    try {
      lease.connection().allWithin(DRAIN);
      int count = 0;
      while (rest.hasRemaining() && count >= 0) {
        count = read(rest);
      }
    } catch (IOException e) {
      // The rest does not come in time, or this thread is interrupted: that read has closed the
      // connection, which is the other way to be done with it.
      return;
    } finally {
      lease.release(false);
    }
  }

  /**
   * Closes the connection at once, from any thread; a read that waits fails. The thread that reads
   * closes the body nevertheless: only it knows when nothing is read any more.
   *
   * <p>Who aborts and never closes, as the SDK may, loses the connection's buffers to the garbage
   * collector, and nothing else: connection and permit are free at once.
   */
  public void abort() {
    lease.abort();
  }

  /** Closes the connection at once, in the thread that reads. */
  public void discard() {
    lease.abort();
    lease.release(false);
  }

  /** The body as a stream; closing it is {@link #close}. */
  public InputStream asStream() {
    return new BodyStream(this);
  }
}
