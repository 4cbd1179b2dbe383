package io.thins3.read;

import io.thins3.store.StoreException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Tells whether an object could be opened: its first GET was answered, or not. */
record FirstByte(CompletableFuture<Void> opened) implements ReadCompletion {
  @Override
  public void data(List<ByteBuffer> buffers) {
    opened.complete(null);
  }

  @Override
  public void failed(StoreException failure) {
    opened.completeExceptionally(failure);
  }
}
