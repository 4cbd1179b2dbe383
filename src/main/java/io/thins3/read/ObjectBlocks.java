package io.thins3.read;

import io.thins3.store.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is in memory, or on its way there, of one object version, and who reads it. Guarded by the
 * engine's lock.
 */
final class ObjectBlocks {
  private final RangeSource source;
  private final ObjectVersion version;
  private final Map<Integer, CacheBlock> blocks = new HashMap<>();
  private final Set<BlockFetch> fetches = new LinkedHashSet<>();
  private final Set<ReadPattern> readers = new LinkedHashSet<>();

  private int queuedReads;
  private final Latency latency = new Latency();
  private @Nullable Prefetched prefetched;
  private @Nullable StoreException gone;
  private final Verification verification;

  ObjectBlocks(RangeSource source, ObjectVersion version) {
    this.source = source;
    this.version = version;
    this.verification = new Verification(this, source.verifies());
  }

  RangeSource source() {
    return source;
  }

  ObjectVersion version() {
    return version;
  }

  long size() {
    return version.size();
  }

  /** How far its content was compared with the store's checksum. */
  Verification verification() {
    return verification;
  }

  /**
   * What READs that need a GET fail with since the store said that the version is not there any
   * more, or null. An open asks all the same, since an object may come back.
   */
  @Nullable StoreException gone() {
    return gone;
  }

  /** The store has answered with content of the version. */
  void isThere() {
    gone = null;
  }

  /** A request for the version has failed. */
  void failed(StoreException failure) {
    if (failure.isGone()) {
      gone = failure;
    }
  }

  /** How many blocks it has. */
  int blocksInAll() {
    return CacheBlock.index(size() - 1) + 1;
  }

  /** How many of them are in the table. */
  int blocksHere() {
    return blocks.size();
  }

  /** For messages. */
  String name() {
    return "s3://" + source.bucket() + "/" + version.key();
  }

  @Nullable CacheBlock block(int index) {
    return blocks.get(index);
  }

  void put(CacheBlock block) {
    if (blocks.put(block.index(), block) != null) {
      throw new IllegalStateException("block " + block.index() + " is there already");
    }
  }

  void remove(CacheBlock block) {
    blocks.remove(block.index(), block);
  }

  /** All blocks, in no order. */
  List<CacheBlock> blocks() {
    return new ArrayList<>(blocks.values());
  }

  /** Whether all bytes are here. */
  boolean isComplete() {
    for (int i = 0; (long) i * CacheBlock.BYTES < size(); i++) {
      CacheBlock block = blocks.get(i);
      if (block == null || !block.isFull()) {
        return false;
      }
    }
    return true;
  }

  /** The mark of an object that was fetched ahead, until it is opened. */
  @Nullable Prefetched prefetched() {
    return prefetched;
  }

  void prefetched(@Nullable Prefetched mark) {
    prefetched = mark;
  }

  /** Whether what is here of it was fetched for nobody who is known. */
  boolean isGuess() {
    return prefetched != null && prefetched.isContent();
  }

  /** Length of a block. */
  int length(int index) {
    return (int) Math.min(CacheBlock.BYTES, size() - (long) index * CacheBlock.BYTES);
  }

  /** GETs under way. */
  Set<BlockFetch> fetches() {
    return fetches;
  }

  /** Whether a GET for a byte was sent and has not been answered. */
  boolean isAsked(long offset) {
    for (BlockFetch fetch : fetches) {
      if (fetch.isAbout(offset)) {
        return true;
      }
    }
    return false;
  }

  /** How soon its GETs are answered. */
  Latency latency() {
    return latency;
  }

  /** One more of its READs queues for memory, or, for -1, one less. */
  void queuedReads(int more) {
    queuedReads += more;
  }

  /** What the open handles do. */
  Set<ReadPattern> readers() {
    return readers;
  }

  /** Whether a handle is going to need bytes there. */
  boolean wants(long from, long to) {
    for (ReadPattern reader : readers) {
      if (reader.wants(from, to)) {
        return true;
      }
    }
    return false;
  }

  /**
   * How far it is worth while to read ahead from a byte: to the end, or to where another run that
   * goes on now has begun. Several who share a file each end where the next one began, whose first
   * blocks have been read and let go of. Who goes on beyond that waits once, for the latency of a
   * request.
   */
  long aheadLimit(long position, long now) {
    long limit = size();
    for (ReadPattern reader : readers) {
      limit = reader.nextOrigin(position, limit, now);
    }
    return limit;
  }

  /** Whether one of several handles has a run that may come to a byte within a distance soon. */
  boolean isComing(long offset, long within, long now) {
    if (readers.size() < 2) {
      return false;
    }
    for (ReadPattern reader : readers) {
      if (reader.isComing(offset, within, now)) {
        return true;
      }
    }
    return false;
  }

  /** Bytes from there on will not come, or are here no more. */
  void lost(long from) {
    for (ReadPattern reader : readers) {
      reader.lost(from);
    }
  }

  /** Whether nothing is left of it. */
  boolean isIdle() {
    boolean awaited = size() == 0 && prefetched != null; // its mark is all that there is of it
    return blocks.isEmpty()
        && fetches.isEmpty()
        && readers.isEmpty()
        && queuedReads == 0 // of a handle that was closed since: their GETs are watched, too
        && !awaited;
  }
}
