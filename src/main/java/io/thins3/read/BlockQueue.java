package io.thins3.read;

import org.jspecify.annotations.Nullable;

/**
 * Blocks in the order in which they were put here. A block is in one queue at most, and knows its
 * place, so that taking it out of the middle costs nothing. Guarded by the engine's lock.
 */
final class BlockQueue {
  private @Nullable CacheBlock oldest;
  private @Nullable CacheBlock newest;
  private int size;

  int size() {
    return size;
  }

  @Nullable CacheBlock oldest() {
    return oldest;
  }

  @Nullable CacheBlock newest() {
    return newest;
  }

  /** Puts a block at the end that is evicted last. */
  void addNewest(CacheBlock block) {
    enter(block);
    CacheBlock before = newest;
    block.older = before;
    if (before == null) {
      oldest = block;
    } else {
      before.newer = block;
    }
    newest = block;
  }

  /** Puts a block at the end that is evicted first. */
  void addOldest(CacheBlock block) {
    enter(block);
    CacheBlock after = oldest;
    block.newer = after;
    if (after == null) {
      newest = block;
    } else {
      after.older = block;
    }
    oldest = block;
  }

  /** Takes a block out of its queue, if it is in one. */
  static void remove(CacheBlock block) {
    BlockQueue queue = block.queue;
    if (queue != null) {
      queue.unlink(block);
    }
  }

  private void enter(CacheBlock block) {
    if (block.queue != null) {
      throw new IllegalStateException("the block is in a queue");
    }
    block.queue = this;
    size++;
  }

  private void unlink(CacheBlock block) {
    CacheBlock before = block.older;
    CacheBlock after = block.newer;
    if (before == null) {
      oldest = after;
    } else {
      before.newer = after;
    }
    if (after == null) {
      newest = before;
    } else {
      after.older = before;
    }
    block.older = null;
    block.newer = null;
    block.queue = null;
    size--;
  }
}
