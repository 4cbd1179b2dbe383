package io.thins3.read;

import io.thins3.memory.MemoryBudget;
import io.thins3.memory.Page;
import io.thins3.memory.Reservation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One piece of an object version in memory: a page of the budget. Pieces begin at multiples of a
 * page, so every range of an object has the same pieces for all who read it.
 *
 * <pre>
 *   filling ── all bytes here ──► full ◄─── pinned by READs that use it
 *      │                            │ no pin: in one of the cache's queues
 *      │ its GET failed             │ evicted
 *      └──────────► detached: in no table, freed when neither GET nor READ uses it
 * </pre>
 *
 * <p>Guarded by the engine's lock, except the bytes: those below {@link #filled} never change, and
 * those above belong to the GET.
 */
final class CacheBlock {
  /**
   * Bytes of a block, but for an object's last. A random reader gets this much for 4 KiB: on a
   * local MinIO a GET of 128 KiB takes hardly longer than one of 4 KiB, and one of 1 MiB twice as
   * long.
   */
  static final int BYTES = MemoryBudget.PAGE_BYTES;

  private final ObjectBlocks object;
  private final int index;
  private final int length;
  private final Page page;

  private final List<PendingRead> waiting = new ArrayList<>(1);
  private int filled;
  private int pins;
  private int servedFrom;
  private int servedTo;
  private long usedAt;
  private boolean filling = true;
  private boolean attached = true;
  private boolean freed;

  // Its place in a queue.
  @Nullable BlockQueue queue;
  @Nullable CacheBlock older;
  @Nullable CacheBlock newer;

  /**
   * @param pages gives its page
   */
  CacheBlock(ObjectBlocks object, int index, int length, Reservation pages) {
    this.object = object;
    this.index = index;
    this.length = length;
    this.servedFrom = length;
    this.page = pages.take(); // last: nothing can fail between here and its owner
  }

  /** The block that holds a byte. */
  static int index(long offset) {
    return Math.toIntExact(offset / BYTES);
  }

  /** The beginning of the block that holds a byte. */
  static long floor(long offset) {
    return offset - offset % BYTES;
  }

  /** The beginning of the first block that does not begin before a byte. */
  static long ceiling(long offset) {
    return floor(offset + BYTES - 1);
  }

  ObjectBlocks object() {
    return object;
  }

  int index() {
    return index;
  }

  long start() {
    return (long) index * BYTES;
  }

  int length() {
    return length;
  }

  long end() {
    return start() + length;
  }

  int filled() {
    return filled;
  }

  boolean isFull() {
    return filled == length;
  }

  boolean isPinned() {
    return pins > 0;
  }

  boolean isAttached() {
    return attached;
  }

  boolean wasServed() {
    return servedTo > servedFrom;
  }

  /** READs that wait for bytes of it. */
  List<PendingRead> waiting() {
    return waiting;
  }

  /** The memory behind the bytes that are here; for the GET that fills it. */
  ByteBuffer region(int from) {
    return page.bytes().slice(from, length - from);
  }

  /** The bytes of a range of the object, as far as they lie in this block. */
  ByteBuffer slice(long from, long to) {
    int first = (int) (Math.max(from, start()) - start());
    int last = (int) (Math.min(to, end()) - start());
    return page.bytes().slice(first, last - first);
  }

  /** How many of its bytes a READ needs that ends there. */
  int needed(long end) {
    return (int) Math.min(length, end - start());
  }

  void arrived(int bytes) {
    filled += bytes;
    filling = filled < length;
  }

  /** No GET fills it any more. */
  void abandoned() {
    filling = false;
  }

  void pin() {
    pins++;
  }

  void unpin() {
    pins--;
  }

  void usedAt(long now) {
    usedAt = now;
  }

  /** Nanoseconds since a READ has let go of it. */
  long unusedFor(long now) {
    return now - usedAt;
  }

  /** A READ was answered with a range of the object. */
  void served(long from, long to) {
    servedFrom = Math.min(servedFrom, (int) Math.max(0, from - start()));
    servedTo = Math.max(servedTo, needed(to));
  }

  void detach() {
    attached = false;
  }

  /** Bytes that arrived and were in nobody's answer. */
  int wasted() {
    return filled - Math.max(0, servedTo - servedFrom);
  }

  /** Releases the page if the block is detached and nobody uses it; returns true when it does. */
  boolean releaseIfUnused() {
    if (attached || filling || pins > 0 || freed) {
      return false;
    }
    freed = true;
    page.release();
    return true;
  }
}
