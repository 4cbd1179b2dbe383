package io.thins3.fs;

import io.thins3.read.ObjectReader;
import io.thins3.read.ReadCompletion;
import io.thins3.store.StoreException;
import io.thins3.store.StoreWait;
import io.thins3.write.WriteException;
import io.thins3.write.WriteException.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A read of a published object that is waited for. Stateless. */
final class WaitingRead {
  private WaitingRead() {}

  /**
   * Fills a buffer.
   *
   * @return how many bytes
   * @throws WriteException CONFLICT when the version is gone, or shorter than it was
   */
  static int read(ObjectReader reader, long offset, ByteBuffer target, Duration deadline)
      throws WriteException {
    int wanted = target.remaining();
    CompletableFuture<Integer> end = new CompletableFuture<>();
    Runnable giveUp =
        reader.read(
            offset,
            wanted,
            new ReadCompletion() {
              @Override
              public void data(List<ByteBuffer> buffers) {
                // The buffers are the engine's when this returns.
                int count = 0;
                for (ByteBuffer buffer : buffers) {
                  ByteBuffer piece = buffer.duplicate();
                  count += piece.remaining();
                  target.put(piece);
                }
                end.complete(count);
              }

              @Override
              public void failed(StoreException failure) {
                end.completeExceptionally(failure);
              }
            });
    try {
      int count = StoreWait.await(end, deadline, "a read of published bytes");
      if (count < wanted) {
        throw new WriteException(Kind.CONFLICT, "the published object is too short", null);
      }
      return count;
    } catch (StoreException e) {
      giveUp.run();
      throw new WriteException(
          e.isGone() ? Kind.CONFLICT : Kind.STORE, String.valueOf(e.getMessage()), e);
    }
  }
}
