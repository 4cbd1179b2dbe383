package io.thins3.read;

import io.thins3.store.StoreException;
import io.thins3.store.StoreException.Kind;
import io.thins3.store.StoreWait;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the parts of the engine share.
 *
 * <p>One lock guards all tables, windows and counts of bytes: a decision that looks at the blocks
 * of one object, takes memory from another's and begins a GET is one step. It is held for
 * microseconds, some 20,000 times for a GiB; nothing is sent, answered or waited for under it
 * ({@link Effects}).
 *
 * @param lock the lock
 * @param cache guarded by the lock
 * @param counters what is done
 * @param delay for waits before GETs are sent again
 * @param nanoTime the clock
 */
record EngineCore(
    Object lock, BlockCache cache, ReadCounters counters, Delay delay, LongSupplier nanoTime) {

  private static final Logger log = LoggerFactory.getLogger(EngineCore.class);

  long now() {
    return nanoTime.getAsLong();
  }

  /**
   * Answers a READ whose bytes are here. With the lock not held: its blocks are pinned, so their
   * pages stay until the answer was taken.
   */
  void answer(PendingRead read) {
    try {
      read.answer();
    } finally {
      synchronized (lock) {
        if (read.isRead()) {
          read.blocks().forEach(block -> block.served(read.offset(), read.end()));
          counters.reads.increment();
          counters.servedBytes.add(read.end() - read.offset());
        }
        cache.unpin(read, now());
        cache.relieve();
      }
    }
  }

  /** Compares content with the store's checksums. */
  Verifier verifier() {
    return new Verifier(this);
  }

  /** A READ has all its bytes: it is answered, unless a comparison must be waited for. */
  void ready(PendingRead read, Effects effects) {
    if (read.isOpening() || !read.object().verification().hold(read)) {
      effects.add(() -> answer(read));
    }
  }

  /** A block got bytes: the READs that have all of theirs now are answered. */
  void answerWaiting(CacheBlock block, Effects effects) {
    List<PendingRead> waiting = block.waiting();
    for (int i = waiting.size() - 1; i >= 0; i--) {
      PendingRead read = waiting.get(i);
      if (block.filled() >= block.needed(read.end())) {
        waiting.remove(i);
        if (read.satisfied()) {
          ready(read, effects);
        }
      }
    }
  }

  /** Fails a READ that waits for bytes or for memory. */
  void fail(PendingRead read, StoreException failure, Effects effects) {
    effects.add(() -> read.fail(failure)); // first: whatever fails next, it is answered, and once
    read.begun();
    read.stopWaiting();
    cache.unpin(read, now());
    cache.relieve();
  }

  /**
   * An accident while a READ was planned, such as no memory: it fails, unless others see to its
   * answer already. Then what failed was ahead of it, and is told of in the log.
   */
  void accident(PendingRead read, Throwable accident, Effects effects) {
    if (read.isBegun()) {
      effects.add(
          () ->
              log.error("an accident while planning a READ of {}", read.object().name(), accident));
    } else {
      fail(read, StoreWait.failure(accident, "GET " + read.object().name()), effects);
    }
  }

  static StoreException failure(Kind kind, ObjectBlocks object, String text) {
    return new StoreException(kind, "GET " + object.name() + ": " + text, 0, null, null, null);
  }
}
