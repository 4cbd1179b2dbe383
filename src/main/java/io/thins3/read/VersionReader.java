package io.thins3.read;

import io.thins3.store.ObjectStore;
import io.thins3.store.StoreException;
import io.thins3.store.StoreWait;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Reads one version of one object: every request carries the ETag, so bytes of two versions never
 * meet.
 *
 * <p>A read near where the last one ended is streaming: its blocks are fetched whole, and the next
 * ones ahead of the reader, twice as many at each new block up to {@value #MAX_AHEAD}. "Near" is
 * within one block, because the kernel sends the requests of one sequential reader in parallel and
 * out of order. Any other read fetches just the bytes it asks for.
 *
 * <p>Thread-safe. {@link #read} never waits: it answers at once or from the thread that receives
 * the last byte. The lock guards the table of blocks only; no request is sent and no completion is
 * called while it is held.
 */
public final class VersionReader implements AutoCloseable {
  /** Most blocks fetched ahead of a reader. */
  static final int MAX_AHEAD = 4;

  private final ObjectStore store;
  private final String key;
  private final String etag;
  private final long size;
  private final Executor executor;
  private final ReadAheadAllowance allowance;

  private final Object lock = new Object();
  // All guarded by lock.
  private final TreeMap<Long, Block> blocks = new TreeMap<>();
  private long position;
  private int ahead = 1;
  private boolean closed;

  /**
   * Creates a reader; nothing is sent yet.
   *
   * @param key whole key
   * @param etag the version to read
   * @param size its size in bytes
   * @param executor runs the requests
   */
  public VersionReader(
      ObjectStore store,
      String key,
      String etag,
      long size,
      Executor executor,
      ReadAheadAllowance allowance) {
    this.store = store;
    this.key = key;
    this.etag = etag;
    this.size = size;
    this.executor = executor;
    this.allowance = allowance;
  }

  /**
   * Fetches the first block, and so finds out whether the version is still there.
   *
   * @return completes when it is; fails with a {@link StoreException}. Complete at once for an
   *     empty object, of which nothing can be fetched
   */
  public CompletableFuture<?> start() {
    if (size == 0) {
      return CompletableFuture.completedFuture(null);
    }
    List<Block> fetches = new ArrayList<>();
    Block first;
    synchronized (lock) {
      first = block(0, false, fetches);
    }
    fetches.forEach(this::fetch);
    return first.data();
  }

  /**
   * Reads a range.
   *
   * @param offset first byte, not negative
   * @param length bytes, not negative
   */
  public void read(long offset, int length, ReadCompletion completion) {
    long end = Math.min(offset + length, size);
    if (offset >= end) {
      completion.data(List.of());
      return;
    }
    List<Block> needed = new ArrayList<>();
    List<Block> fetches = new ArrayList<>();
    synchronized (lock) {
      if (isNear(offset) || hasAll(offset, end)) {
        stream(offset, end, needed, fetches);
      } else {
        Block exact = Block.of(offset, (int) (end - offset), 0);
        needed.add(exact);
        fetches.add(exact);
        position = end;
        ahead = 1;
        drop(BlockLayout.index(offset) - 1, BlockLayout.index(end) + MAX_AHEAD);
      }
    }
    fetches.forEach(this::fetch);
    answer(needed, offset, end, completion);
  }

  /** Lets go of the blocks. Reads that are under way still answer. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      blocks.values().forEach(this::dropped);
      blocks.clear();
    }
  }

  private boolean isNear(long offset) {
    return offset >= position - BlockLayout.BLOCK && offset <= position + BlockLayout.BLOCK;
  }

  private boolean hasAll(long offset, long end) {
    for (long i = BlockLayout.index(offset); i <= BlockLayout.index(end - 1); i++) {
      if (!blocks.containsKey(i)) {
        return false;
      }
    }
    return true;
  }

  private void stream(long offset, long end, List<Block> needed, List<Block> fetches) {
    long first = BlockLayout.index(offset);
    long last = BlockLayout.index(end - 1);
    for (long i = first; i <= last; i++) {
      needed.add(block(i, false, fetches));
    }
    if (last > BlockLayout.index(Math.max(0, position - 1))) {
      ahead = Math.min(ahead * 2, MAX_AHEAD);
    }
    position = Math.max(position, end);
    for (long i = last + 1; i <= last + ahead && BlockLayout.length(i, size) > 0 && !closed; i++) {
      if (!blocks.containsKey(i)) {
        if (!allowance.tryTake(BlockLayout.length(i, size))) {
          break;
        }
        block(i, true, fetches);
      }
    }
    // One block behind stays, for requests that come late; what is far away belongs to a stream
    // that the reader has left.
    drop(first - 1, last + MAX_AHEAD);
  }

  private void drop(long keepFrom, long keepTo) {
    Iterator<Long> indexes = blocks.keySet().iterator();
    List<Block> gone = new ArrayList<>();
    while (indexes.hasNext()) {
      long index = indexes.next();
      if (index < keepFrom || index > keepTo) {
        Block block = blocks.get(index);
        if (block != null) {
          gone.add(block);
        }
        indexes.remove();
      }
    }
    gone.forEach(this::dropped);
  }

  /** One of the block's holders is done with it. */
  private void dropped(Block block) {
    if (block.holders().decrementAndGet() == 0) {
      allowance.giveBack(block.allowance());
    }
  }

  /** The block of that index, which is put on the list of fetches when it is new. */
  private Block block(long index, boolean aheadOfReader, List<Block> fetches) {
    Block known = blocks.get(index);
    if (known != null) {
      return known;
    }
    int length = BlockLayout.length(index, size);
    Block block = Block.of(BlockLayout.start(index), length, aheadOfReader ? length : 0);
    fetches.add(block);
    if (!closed) {
      blocks.put(index, block);
    }
    return block;
  }

  private void fetch(Block block) {
    try {
      executor.execute(
          () -> {
            try {
              ByteBuffer bytes = ByteBuffer.allocate(block.length());
              store.get(key, etag, block.start(), bytes);
              if (bytes.hasRemaining()) { // a short answer would read as zeros
                throw new IllegalStateException(bytes.remaining() + " bytes are missing");
              }
              dropped(block);
              block.data().complete(bytes.flip());
            } catch (Throwable t) { // OutOfMemoryError too: somebody waits for this future
              fail(block, t);
            }
          });
    } catch (RuntimeException e) { // the executor is shutting down
      fail(block, e);
    }
  }

  /** A failed block must not answer later reads: they try again. */
  private void fail(Block block, Throwable failure) {
    synchronized (lock) {
      if (blocks.values().remove(block)) {
        dropped(block);
      }
    }
    dropped(block);
    block.data().completeExceptionally(failure);
  }

  private void answer(List<Block> needed, long offset, long end, ReadCompletion completion) {
    CompletableFuture<?>[] all = needed.stream().map(Block::data).toArray(CompletableFuture[]::new);
    CompletableFuture<?> ready = all.length == 1 ? all[0] : CompletableFuture.allOf(all);
    var unused =
        ready.whenComplete(
            (done, failure) -> {
              List<ByteBuffer> buffers;
              try {
                if (failure != null) {
                  completion.failed(asStoreException(failure));
                  return;
                }
                buffers = needed.stream().map(block -> block.slice(offset, end)).toList();
              } catch (Throwable t) { // OutOfMemoryError: the reader must hear of it, not wait
                completion.failed(asStoreException(t));
                return;
              }
              completion.data(buffers);
            });
  }

  private StoreException asStoreException(Throwable failure) {
    return StoreWait.failure(failure, "GET s3://" + store.bucket() + "/" + key);
  }
}
