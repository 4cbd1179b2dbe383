package io.thins3.read;

import io.thins3.memory.Reservation;
import io.thins3.store.StoreException.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which GETs are sent: for the bytes that a READ needs, and ahead of it. A GET is sent only
 * when memory for its whole range is reserved. Everything here runs under the engine's lock.
 */
final class ReadPlanner {
  /**
   * A GET with less than this left is not worth a new connection, which costs a round trip or two:
   * it is read to its end.
   */
  private static final long WORTH_CANCELLING = 512 << 10;

  /** What stays behind a reader, for READs that were overtaken and for a short step back. */
  private static final long KEPT_BEHIND = 1 << 20;

  private final EngineCore core;

  ReadPlanner(EngineCore core) {
    this.core = core;
  }

  /**
   * Makes all blocks of a READ be here or on their way, and pins them.
   *
   * @param wantedEnd where it is worth while to read on to in the same GET
   * @param stream the run whose window shrinks when there is no memory for that, or null
   * @return false when there is no memory: nothing was begun
   */
  boolean begin(PendingRead read, long wantedEnd, @Nullable ReadStream stream, Effects effects) {
    int missing = missing(read);
    if (missing == 0) {
      pin(read, effects);
      return true;
    }
    // The blocks that are here must not be those that make room for the others.
    List<CacheBlock> here = here(read);
    here.forEach(core.cache()::hold);
    try {
      return begin(read, missing, wantedEnd, stream, effects);
    } finally {
      here.forEach(core.cache()::letGo);
    }
  }

  private boolean begin(
      PendingRead read, int missing, long wantedEnd, @Nullable ReadStream stream, Effects effects) {
    int last = read.lastBlock();
    int extra = read.object().block(last) == null ? missingAfter(read, wantedEnd) : 0;
    Reservation reservation = core.cache().take(missing + extra, extra == 0);
    if (reservation == null && extra > 0) {
      if (stream != null) {
        shrink(stream);
      }
      extra = Math.max(0, Math.min(extra, core.cache().available() - missing));
      reservation = core.cache().take(missing + extra, extra == 0);
    }
    if (reservation == null && extra > 0) { // what could go belongs to readers who come soon
      extra = 0;
      reservation = core.cache().take(missing, true);
    }
    if (reservation == null) {
      return false;
    }
    fill(read, last + extra, reservation, effects);
    if (stream != null) {
      stream.requested((last + extra + 1L) * CacheBlock.BYTES);
    }
    pin(read, effects);
    return true;
  }

  /** Goes on with a READ that has got memory for all its blocks; what is left of it goes back. */
  void beginWith(Reservation reservation, PendingRead read, Effects effects) {
    fill(read, read.lastBlock(), reservation, effects);
    pin(read, effects);
  }

  /** Sends the GETs that are due ahead of a run. */
  void readAhead(ObjectBlocks object, ReadStream stream, Effects effects) {
    long limit = object.aheadLimit(stream.position(), core.now());
    while (true) {
      long end = stream.nextRequestEnd(limit);
      if (end <= stream.requestedTo()) {
        return;
      }
      if (stream.growIfWaited(core.now(), object.latency().nanos())) {
        core.counters().windowsGrown.increment();
        continue;
      }
      int first = CacheBlock.index(stream.requestedTo());
      int last = CacheBlock.index(end - 1);
      while (first <= last && object.block(first) != null) {
        first++; // another handle has asked for it
      }
      int row = missingFrom(object, first, end);
      if (row > 0) {
        Reservation reservation = core.cache().take(row, false);
        if (reservation == null) {
          shrink(stream);
          return;
        }
        try (reservation) {
          fetch(object, first, row, reservation, effects);
        }
      }
      stream.requested((long) (first + row) * CacheBlock.BYTES);
    }
  }

  /**
   * A run has moved on. What its only reader streams through is of little use afterwards. With
   * several readers of an object, blocks that the last of them has left behind go first: the least
   * recently used ones are those that it is about to need.
   */
  void coolBehind(ObjectBlocks object, ReadStream stream) {
    long to = stream.position();
    boolean alone = object.readers().size() < 2;
    long now = core.now();
    if (to < KEPT_BEHIND || (alone && !stream.isStreaming())) {
      return;
    }
    int end = CacheBlock.index(to - KEPT_BEHIND);
    int next = CacheBlock.index(stream.leftBehind());
    for (; next < end; next++) {
      CacheBlock block = object.block(next);
      if (block != null && alone) {
        if (block.isPinned()) {
          break; // its READ was overtaken: another time
        }
        core.cache().pass(block);
      } else if (block != null && !object.isComing(block.start(), Long.MAX_VALUE, now)) {
        core.cache().cool(block);
      }
    }
    stream.leftBehind((long) next * CacheBlock.BYTES);
  }

  /** A run is over: what was fetched ahead of it is of no use unless others read there. */
  void abandon(ObjectBlocks object, ReadStream stream, Effects effects) {
    int first = CacheBlock.index(stream.position());
    int last = CacheBlock.index(Math.max(0, Math.min(stream.requestedTo(), object.size()) - 1));
    for (int i = first; i <= last; i++) {
      CacheBlock block = object.block(i);
      if (block != null && !object.wants(block.start(), block.end())) {
        core.cache().cool(block);
      }
    }
    for (BlockFetch fetch : List.copyOf(object.fetches())) {
      if (fetch.end() - fetch.reached() >= WORTH_CANCELLING
          && !fetch.isWaitedFor()
          && !object.wants(fetch.reached(), fetch.end())) {
        fetch.cancel(
            EngineCore.failure(Kind.INTERRUPTED, object, "nobody waits for it any more"), effects);
      }
    }
  }

  private void shrink(ReadStream stream) {
    if (stream.shrink()) {
      core.counters().windowsShrunk.increment();
    }
  }

  private static int missingAfter(PendingRead read, long end) {
    return missingFrom(read.object(), read.lastBlock() + 1, end);
  }

  private static List<CacheBlock> here(PendingRead read) {
    List<CacheBlock> here = new ArrayList<>(0);
    for (int i = read.firstBlock(); i <= read.lastBlock(); i++) {
      CacheBlock block = read.object().block(i);
      if (block != null) {
        here.add(block);
      }
    }
    return here;
  }

  private static int missing(PendingRead read) {
    int missing = 0;
    for (int i = read.firstBlock(); i <= read.lastBlock(); i++) {
      missing += read.object().block(i) == null ? 1 : 0;
    }
    return missing;
  }

  /** How many blocks in a row are missing from one on, as far as they begin before a byte. */
  private static int missingFrom(ObjectBlocks object, int first, long end) {
    int last = CacheBlock.index(Math.max(0, Math.min(end, object.size()) - 1));
    int row = 0;
    while (first + row <= last && object.block(first + row) == null) {
      row++;
    }
    return row;
  }

  /** Begins GETs for what is missing from a READ's first block to another one. */
  private void fill(PendingRead read, int last, Reservation reservation, Effects effects) {
    try (reservation) {
      ObjectBlocks object = read.object();
      for (int i = read.firstBlock(); i <= last; i++) {
        int row = missingFrom(object, i, (last + 1L) * CacheBlock.BYTES);
        if (row > 0) {
          fetch(object, i, row, reservation, effects);
          i += row;
        }
      }
    }
  }

  private void fetch(
      ObjectBlocks object, int first, int count, Reservation reservation, Effects effects) {
    List<CacheBlock> blocks = new ArrayList<>(count);
    try {
      for (int i = first; i < first + count; i++) {
        CacheBlock block = new CacheBlock(object, i, object.length(i), reservation);
        blocks.add(block);
        object.put(block);
      }
      new BlockFetch(core, object, blocks).begin(effects);
    } catch (RuntimeException | Error e) { // no memory: nobody is going to fill them
      for (CacheBlock block : blocks) {
        block.abandoned();
        core.cache().detach(block);
      }
      throw e;
    }
  }

  private void pin(PendingRead read, Effects effects) {
    try {
      for (int i = read.firstBlock(); i <= read.lastBlock(); i++) {
        CacheBlock block = read.object().block(i);
        if (block == null) {
          throw new IllegalStateException("block " + i + " was not asked for");
        }
        core.cache().pin(read, block);
      }
      if (read.isComplete()) {
        core.ready(read, effects);
      }
      read.begun();
    } catch (RuntimeException | Error e) { // no memory
      read.stopWaiting();
      core.cache().unpin(read, core.now());
      throw e;
    }
  }
}
