package io.thins3.store;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A body whose end somebody is told of, once. */
final class FollowedBody implements ObjectBody {
  /** What is told. */
  @FunctionalInterface
  interface End {
    /**
     * It is over.
     *
     * @param bytes how many were read
     * @param failure what broke it off, or null when it was read to its end or given up
     */
    void reached(long bytes, @Nullable StoreException failure);
  }

  private final ObjectBody body;
  private final End end;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicLong bytes = new AtomicLong();

  FollowedBody(ObjectBody body, End end) {
    this.body = body;
    this.end = end;
  }

  @Override
  public @Nullable ObjectChecksum checksum() {
    return body.checksum();
  }

  @Override
  public int read(ByteBuffer destination) throws StoreException {
    int count;
    try {
      count = body.read(destination);
    } catch (StoreException e) {
      over(e);
      throw e;
    }
    if (count < 0) {
      over(null);
    } else {
      bytes.addAndGet(count);
    }
    return count;
  }

  @Override
  public void abort() {
    body.abort();
    over(null);
  }

  @Override
  public void close() {
    body.close();
    over(null);
  }

  private void over(@Nullable StoreException failure) {
    if (ended.compareAndSet(false, true)) {
      end.reached(bytes.get(), failure);
    }
  }
}
