package io.thins3.read;

import io.thins3.store.ObjectBody;
import io.thins3.store.ObjectChecksum;
import io.thins3.store.ObjectStore;
import io.thins3.store.StoreException;
import io.thins3.store.StoreException.Kind;
import io.thins3.store.StoreWait;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RangeSource} on an {@link ObjectStore}: a thread for each GET under way, which waits for
 * the store and reads the body into the memory of who asks. Thread-safe.
 */
public final class StoreRangeSource implements RangeSource {
  private final ObjectStore store;
  private final Executor executor;
  private final boolean verify;
  private final Duration patience;
  private final Duration deadline;

  /**
   * Creates one.
   *
   * @param executor runs the requests, which wait for the store
   * @param verify whether content is compared with the store's checksums
   * @param patience see {@link #patience}
   * @param deadline see {@link #deadline}
   */
  public StoreRangeSource(
      ObjectStore store, Executor executor, boolean verify, Duration patience, Duration deadline) {
    this.store = store;
    this.executor = executor;
    this.verify = verify;
    this.patience = patience;
    this.deadline = deadline;
  }

  @Override
  public Duration patience() {
    return patience;
  }

  @Override
  public Duration deadline() {
    return deadline;
  }

  @Override
  public boolean verifies() {
    return verify;
  }

  @Override
  public CompletableFuture<Optional<ObjectChecksum>> checksum(ObjectVersion version) {
    CompletableFuture<Optional<ObjectChecksum>> answer = new CompletableFuture<>();
    executor.execute(
        () -> {
          try {
            answer.complete(store.checksum(version.key(), version.etag()));
          } catch (StoreException e) {
            answer.completeExceptionally(e);
          } catch (Throwable t) { // OutOfMemoryError too: READs may wait for it
            answer.completeExceptionally(
                StoreWait.failure(t, "HEAD s3://" + store.bucket() + "/" + version.key()));
          }
        });
    return answer;
  }

  @Override
  public String bucket() {
    return store.bucket();
  }

  @Override
  public Transfer fetch(ObjectVersion version, long offset, long length, Sink sink) {
    Get get = new Get(version, offset, length, sink);
    executor.execute(get);
    return get;
  }

  /**
   * One GET.
   *
   * <pre>
   *   queued ──► waits for the head ──► reads the body ──► ended: the sink is told
   *      │ cancel      │ cancel: interrupt      │ cancel: abort     ▲
   *      └─────────────┴────────────────────────┴──────────────────┘
   * </pre>
   *
   * <p>One that queues is ended by who cancels it, at once: its memory must not wait for a thread.
   */
  private final class Get implements Transfer, Runnable {
    private final ObjectVersion version;
    private final long offset;
    private final long length;
    private final Sink sink;

    // Guarded by this.
    private boolean begun;
    private boolean cancelled;
    private @Nullable Thread waiting;
    private @Nullable ObjectBody body;

    Get(ObjectVersion version, long offset, long length, Sink sink) {
      this.version = version;
      this.offset = offset;
      this.length = length;
      this.sink = sink;
    }

    @Override
    public void cancel() {
      boolean ended;
      ObjectBody running;
      synchronized (this) {
        ended = !begun && !cancelled;
        cancelled = true;
        if (waiting != null) {
          waiting.interrupt();
        }
        running = body;
      }
      if (ended) {
        sink.failed(
            new StoreException(
                Kind.INTERRUPTED, name() + ": cancelled in its queue", 0, null, null, null));
      }
      if (running != null) {
        running.abort();
      }
    }

    /** A thread takes it; returns false when it has ended already. */
    private synchronized boolean begin() {
      begun = !cancelled;
      return begun;
    }

    private String name() {
      return "GET s3://" + store.bucket() + "/" + version.key();
    }

    @Override
    public void run() {
      if (!begin()) {
        return;
      }
      boolean answered = false;
      try (ObjectBody opened = open()) {
        answered = true;
        if (opened != null) {
          if (isWhole()) {
            sink.checksum(opened.checksum());
          }
          sink.opened();
          read(opened);
        }
        sink.finished();
      } catch (StoreException e) {
        // Before the head the store has retried; a body is resumed by who knows what has come of
        // it.
        if (answered && e.kind() != Kind.INTERRUPTED) {
          sink.broken(e);
        } else {
          sink.failed(e);
        }
      } catch (Throwable t) { // OutOfMemoryError too: somebody waits for the sink's end
        sink.failed(StoreWait.failure(t, name()));
      }
    }

    /** Waits for the head; null when it was given up before. */
    private @Nullable ObjectBody open() throws StoreException {
      sink.begun();
      synchronized (this) {
        if (cancelled) {
          return null;
        }
        waiting = Thread.currentThread();
      }
      ObjectBody opened = null;
      try {
        opened =
            isWhole()
                ? store.getWhole(version.key(), version.etag(), length)
                : store.get(version.key(), version.etag(), offset, length);
      } finally {
        synchronized (this) {
          waiting = null;
          body = opened;
          if (cancelled) {
            Thread.interrupted(); // ours: the thread goes on with other GETs
            if (opened != null) {
              opened.abort(); // which cancel() did not see
            }
          }
        }
      }
      return opened;
    }

    private boolean isWhole() {
      return verify && offset == 0 && length == version.size();
    }

    private void read(ObjectBody opened) throws StoreException {
      long left = length;
      while (left > 0) {
        ByteBuffer region = sink.region();
        if (region.remaining() > left) {
          region.limit(region.position() + (int) left);
        }
        int count = opened.read(region);
        if (count < 0) {
          return;
        }
        left -= count;
        sink.advanced(count);
      }
    }
  }
}
