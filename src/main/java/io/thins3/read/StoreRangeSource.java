package io.thins3.read;

import io.thins3.store.ObjectStore;
import io.thins3.store.StoreException;
import io.thins3.store.StoreWait;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;

/**
 * A {@link RangeSource} on an {@link ObjectStore}, whose calls wait and fill one buffer: a range is
 * asked for in pieces, so that its first bytes need not wait for its last. The store retries and
 * resumes by itself, so a failure is final. Thread-safe.
 */
public final class StoreRangeSource implements RangeSource {
  /** Bytes of a piece: as a request 1 ms on a local MinIO, 1 ms of transfer beside it. */
  private static final int PIECE = 1 << 20;

  /** Bytes of a range's first piece: its end tells how soon the store answers. */
  private static final int FIRST_PIECE = 256 << 10;

  private final ObjectStore store;
  private final Executor executor;

  /**
   * Creates one.
   *
   * @param executor runs the calls, which wait for the store
   */
  public StoreRangeSource(ObjectStore store, Executor executor) {
    this.store = store;
    this.executor = executor;
  }

  @Override
  public String bucket() {
    return store.bucket();
  }

  @Override
  public Transfer fetch(ObjectVersion version, long offset, long length, Sink sink) {
    Pieces pieces = new Pieces(version, offset, length, sink);
    executor.execute(pieces);
    return pieces;
  }

  private final class Pieces implements Transfer, Runnable {
    private final ObjectVersion version;
    private final long offset;
    private final long length;
    private final Sink sink;
    private volatile boolean cancelled;

    Pieces(ObjectVersion version, long offset, long length, Sink sink) {
      this.version = version;
      this.offset = offset;
      this.length = length;
      this.sink = sink;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    @Override
    public void run() {
      StoreException failure = null;
      try {
        transfer();
      } catch (StoreException e) {
        failure = e;
      } catch (Throwable t) { // OutOfMemoryError too: somebody waits for the sink's end
        failure = StoreWait.failure(t, "GET s3://" + store.bucket() + "/" + version.key());
      }
      if (failure == null) {
        sink.finished();
      } else {
        sink.failed(failure);
      }
    }

    private void transfer() throws StoreException {
      // The SDK's stream copies through the heap in any case.
      ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE, length));
      for (long done = 0; done < length && !cancelled; done += piece.limit()) {
        int size = done == 0 ? FIRST_PIECE : PIECE;
        piece.clear().limit((int) Math.min(size, length - done));
        store.get(version.key(), version.etag(), offset + done, piece);
        if (piece.hasRemaining()) { // a short answer would read as zeros
          throw new IllegalStateException(piece.remaining() + " bytes are missing");
        }
        piece.flip();
        if (done == 0) {
          sink.opened();
        }
        while (piece.hasRemaining()) {
          ByteBuffer region = sink.region();
          int count = Math.min(region.remaining(), piece.remaining());
          region.put(piece.slice(piece.position(), count));
          piece.position(piece.position() + count);
          sink.advanced(count);
        }
      }
    }
  }
}
