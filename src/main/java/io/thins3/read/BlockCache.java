package io.thins3.read;

import io.thins3.memory.MemoryBudget;
import io.thins3.memory.Reservation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of all objects, and which of them goes when memory is needed.
 *
 * <pre>
 *   full, fetched for an open that is expected ──► guessed ── goes after those that were used
 *        │ opened, and nobody has read it
 *        ▼
 *      ahead ──────────────────┐  goes only for a READ that waits, the farthest first
 *        │ read                │ its reader went elsewhere
 *        ▼                     ▼
 *   used ◄── read again    used, at the end that goes first
 *     │ └─ goes, least recently used first, for whoever needs memory
 *     │ its only reader, who streams, is 1 MiB beyond it
 *     ▼
 *   passed ── goes first, and beyond a twelfth of the budget in any case
 * </pre>
 *
 * <p>What was read stays while the budget has room, for those who read it again or follow. Of what
 * a stream has left behind that nobody else reads a twelfth of the budget is kept: the kernel's
 * page cache has the same bytes, and a process that streams a large file need not be as large as
 * its limit. What nobody has read for 30 s goes in any case: an idle mount is small.
 *
 * <p>Guarded by the engine's lock.
 */
final class BlockCache {
  private record Key(RangeSource source, ObjectVersion version) {}

  /** 16 MiB of the default limit: what a small file that is opened again lies in, and more. */
  private static final int KEPT_SHARE = 12;

  /** The figure, as for pages of the pool. */
  private static final long UNUSED_NANOS = Duration.ofSeconds(30).toNanos();

  /** A block that is so far ahead of a reader is needed soon. */
  private static final long SOON = 16L << 20;

  private static final int SECOND_CHANCES = 32;

  private final MemoryBudget budget;
  private final ReadCounters counters;
  private final LongSupplier nanoTime;

  private final Map<Key, ObjectBlocks> objects = new HashMap<>();
  private final BlockQueue used = new BlockQueue();
  private final BlockQueue passed = new BlockQueue();
  private final BlockQueue ahead = new BlockQueue();
  private final BlockQueue guessed = new BlockQueue();
  private final int mostPassed;
  private boolean keepsNothing;

  BlockCache(MemoryBudget budget, ReadCounters counters, LongSupplier nanoTime) {
    this.budget = budget;
    this.counters = counters;
    this.nanoTime = nanoTime;
    this.mostPassed = Math.max(1, budget.limit() / KEPT_SHARE);
  }

  /** The blocks of a version, for one more reader. */
  ObjectBlocks open(RangeSource source, ObjectVersion version, ReadPattern reader) {
    ObjectBlocks object = add(source, version);
    object.readers().add(reader);
    return object;
  }

  /** The blocks of a version if it is read or something of it is here, else null. */
  @Nullable ObjectBlocks known(RangeSource source, ObjectVersion version) {
    return objects.get(new Key(source, version));
  }

  /** The blocks of a version. */
  ObjectBlocks add(RangeSource source, ObjectVersion version) {
    return objects.computeIfAbsent(
        new Key(source, version), key -> new ObjectBlocks(key.source, key.version));
  }

  /** A reader has gone. */
  void close(ObjectBlocks object, ReadPattern reader, long now) {
    object.readers().remove(reader);
    if (object.readers().isEmpty()) {
      object.blocks().forEach(block -> leave(block, now));
    }
    forgetIfIdle(object);
  }

  /** What was fetched for a reader that has gone must not keep it from those who are here. */
  private void leave(CacheBlock block, long now) {
    if (block.queue == ahead) {
      BlockQueue.remove(block);
      block.usedAt(now);
      used.addOldest(block);
    }
  }

  /** Forgets an object of which nothing is left. */
  void forgetIfIdle(ObjectBlocks object) {
    if (object.isIdle() && retire(object)) {
      if (object.verification().state() == Verification.State.COUNTING) {
        counters.checksums.incomplete.increment();
      }
      object.verification().off();
    }
  }

  /**
   * Who opens the version from now on gets other blocks.
   *
   * @return false when that was so already
   */
  boolean retire(ObjectBlocks object) {
    return objects.remove(new Key(object.source(), object.version()), object);
  }

  List<ObjectBlocks> objects() {
    return new ArrayList<>(objects.values());
  }

  /**
   * Takes memory, if need be from blocks that can go. Never waits.
   *
   * @param urgent whether a READ waits for it
   * @return null when there is none, or others come first
   */
  @Nullable Reservation take(int pages, boolean urgent) {
    if (pages > budget.limit()) {
      return null;
    }
    Reservation reservation = budget.tryReserve(pages);
    if (reservation != null || budget.hasWaiters()) {
      return reservation;
    }
    int lacking = pages - budget.free();
    if (lacking > usedSize() + guessed.size() + (urgent ? ahead.size() : 0)) {
      return null;
    }
    for (int i = 0; i < lacking && evictOne(urgent); i++) {}
    return budget.tryReserve(pages);
  }

  /** Pages that {@link #take} can give for what is not urgent, if no reader comes soon for them. */
  int available() {
    return budget.hasWaiters() ? 0 : budget.free() + usedSize() + guessed.size();
  }

  /** Takes memory for what nobody has asked for: only what lies idle, or was read. Never waits. */
  @Nullable Reservation takeForGuess(int pages) {
    Reservation reservation = budget.tryReserve(pages);
    if (reservation != null || budget.hasWaiters()) {
      return reservation;
    }
    int lacking = pages - budget.free();
    if (lacking > usedSize()) {
      return null;
    }
    for (int i = 0; i < lacking; i++) {
      CacheBlock block = oldestNotComing();
      if (block == null) {
        return null;
      }
      evict(block);
    }
    return budget.tryReserve(pages);
  }

  /** What was fetched for an open that was expected belongs to readers like the rest. */
  void settleGuess(ObjectBlocks object) {
    for (CacheBlock block : object.blocks()) {
      if (block.queue == guessed) {
        BlockQueue.remove(block);
        settle(block);
      }
    }
  }

  /** Evicts what was fetched for an open that has not come. */
  void evictGuess(ObjectBlocks object) {
    for (CacheBlock block : object.blocks()) {
      if (block.queue == guessed) {
        evict(block);
      }
    }
  }

  /** Gives way to those who wait for memory. */
  void relieve() {
    while (budget.shortage() > 0 && evictOne(true)) {}
  }

  /** Keeps a block, for whoever works on its bytes or is going to pin it. */
  void hold(CacheBlock block) {
    BlockQueue.remove(block);
    block.pin();
  }

  /** It need not be kept any more. */
  void letGo(CacheBlock block) {
    block.unpin();
    settle(block);
    relieve();
  }

  /** A READ uses a block. */
  void pin(PendingRead read, CacheBlock block) {
    read.add(block); // may fail: the block is still where it belongs
    BlockQueue.remove(block);
  }

  /** A READ does not use its blocks any more. */
  void unpin(PendingRead read, long now) {
    List<CacheBlock> blocks = read.blocks();
    for (int i = 0; i < blocks.size(); i++) {
      blocks.get(i).unpin();
    }
    try {
      for (int i = 0; i < blocks.size(); i++) {
        blocks.get(i).usedAt(now);
        settle(blocks.get(i));
      }
    } finally {
      blocks.clear(); // also after an accident: they are unpinned once
    }
  }

  /** Puts a block where it belongs after its GET or a READ has let go of it. */
  void settle(CacheBlock block) {
    if (!block.isAttached()) {
      release(block);
    } else if (block.isFull() && !block.isPinned() && block.queue == null) {
      if (keepsNothing) {
        detach(block);
      } else {
        queueOf(block).addNewest(block);
      }
    }
  }

  private BlockQueue queueOf(CacheBlock block) {
    return block.wasServed() ? used : block.object().isGuess() ? guessed : ahead;
  }

  /** Nobody is going to read a block soon. */
  void cool(CacheBlock block) {
    if (block.queue != null) {
      BlockQueue.remove(block);
      used.addOldest(block);
    }
  }

  /** A stream that is the only reader has left a block behind. */
  void pass(CacheBlock block) {
    if (block.queue == used) {
      BlockQueue.remove(block);
      passed.addNewest(block);
      while (passed.size() > mostPassed) {
        evict(Objects.requireNonNull(passed.oldest()));
      }
    }
  }

  /** Takes a block out of the tables; its page goes as soon as nobody uses it. */
  void detach(CacheBlock block) {
    if (block.isAttached()) {
      BlockQueue.remove(block);
      block.detach();
      block.object().remove(block);
    }
    release(block);
  }

  /** Evicts what was read, or opened and not read, and has not been again for a while. */
  void forgetUnused(long now) {
    CacheBlock next;
    for (CacheBlock block = ahead.oldest(); block != null; block = next) {
      next = block.newer;
      if (block.object().readers().isEmpty()) {
        leave(block, now); // it came when its reader had gone
      }
    }
    forgetUnused(passed, now);
    forgetUnused(used, now);
  }

  private void forgetUnused(BlockQueue queue, long now) {
    for (CacheBlock block = queue.oldest();
        block != null && block.unusedFor(now) >= UNUSED_NANOS;
        block = queue.oldest()) {
      evict(block);
    }
  }

  /** Evicts all that nobody uses, now and from now on. */
  void keepNothing() {
    keepsNothing = true;
    while (evictOne(true)) {}
  }

  private boolean evictOne(boolean urgent) {
    CacheBlock block = urgent ? oldestUsed() : oldestNotComing();
    if (block == null) {
      block = guessed.newest();
    }
    if (block == null && urgent) {
      block = ahead.newest();
    }
    if (block != null) {
      evict(block);
    }
    return block != null;
  }

  private void evict(CacheBlock block) {
    detach(block);
    block.object().lost(block.start());
    forgetIfIdle(block.object());
  }

  /**
   * The least recently used block that no other reader is about to need: a reader who is ahead of
   * others must not, for what it may need later, take what they need next.
   */
  private @Nullable CacheBlock oldestNotComing() {
    long now = nanoTime.getAsLong();
    for (int i = 0; i < SECOND_CHANCES; i++) {
      CacheBlock block = oldestUsed();
      if (block == null || !block.object().isComing(block.start(), SOON, now)) {
        return block;
      }
      BlockQueue.remove(block);
      used.addNewest(block);
    }
    return null;
  }

  private @Nullable CacheBlock oldestUsed() {
    CacheBlock block = passed.oldest();
    return block == null ? used.oldest() : block;
  }

  private int usedSize() {
    return passed.size() + used.size();
  }

  private void release(CacheBlock block) {
    if (block.releaseIfUnused()) {
      counters.wastedBytes.add(block.wasted());
    }
  }
}
