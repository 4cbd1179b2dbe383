package io.thins3.write;

import io.thins3.memory.MemoryBudget;
import io.thins3.memory.Page;
import io.thins3.store.ChecksumAlgorithm;
import io.thins3.store.UploadedPart;
import io.thins3.write.Extent.Source;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One part of a streamed upload while it is written and sent. Its bytes lie in slots of a page's
 * size, each in memory or, where there was no page, in a staging file of the part's own.
 *
 * <pre>
 *   FILLING ── full, or published ──► SENDING ──► SENT ── written again, bytes still here ──┐
 *      ▲                                                                                    │
 *      └────────────────────────────────────────────────────────────────────────────────────┘
 * </pre>
 *
 * <p>Not thread-safe: its file's monitor guards it. While it is SENDING nobody changes its bytes,
 * so that they are read without it.
 */
final class Part {
  /** Where it is in its life. */
  enum State {
    FILLING,
    SENDING,
    SENT
  }

  /** Parts of more than this lie on the disk. */
  private static final long MOST_IN_MEMORY = 64L << 20;

  private static final int SLOT = MemoryBudget.PAGE_BYTES;

  private final int number;
  private final long offset;
  private final long capacity;
  private final @Nullable Page[] pages;
  private final boolean[] onDisk;
  private final ExtentMap filled = new ExtentMap();
  private final @Nullable ContentSum running;
  private @Nullable StagingFile file;
  private long staged;
  private State state = State.FILLING;
  private boolean inOrder = true;
  private boolean bytesHere = true;
  private boolean sentBefore;
  private @Nullable UploadedPart uploaded;
  private @Nullable ContentSum sum;

  Part(int number, @Nullable ChecksumAlgorithm algorithm) {
    this.number = number;
    this.offset = PartSizes.offset(number);
    this.capacity = PartSizes.size(number);
    int slots = (int) (capacity / SLOT);
    this.pages = new Page[slots];
    this.onDisk = new boolean[slots];
    this.running = algorithm == null ? null : new ContentSum(algorithm);
  }

  int number() {
    return number;
  }

  long offset() {
    return offset;
  }

  State state() {
    return state;
  }

  /** Whether every byte was written. */
  boolean isFull() {
    return filled.bytes(0, capacity, Source.STAGED) == capacity;
  }

  /** Bytes up to the last that was written. */
  long length() {
    return filled.size();
  }

  /** Whether it was sent at least once, and is to be sent again at the end only. */
  boolean wasSent() {
    return sentBefore;
  }

  /** Whether its bytes can be read and changed; otherwise the upload alone has them. */
  boolean hasBytes() {
    return bytesHere;
  }

  /**
   * Takes bytes into memory, as far as there is some.
   *
   * @param at offset within the part
   * @param data its position moves by what was taken
   */
  void fill(long at, ByteBuffer data, PartMemory memory) {
    long position = at;
    while (data.hasRemaining() && position < capacity) {
      int slot = (int) (position / SLOT);
      if (onDisk[slot]) {
        return;
      }
      Page page = pages[slot];
      if (page == null) {
        page = capacity > MOST_IN_MEMORY ? null : memory.tryTake();
        if (page == null) {
          return;
        }
        pages[slot] = page;
      }
      int within = (int) (position % SLOT);
      int count = Math.min(data.remaining(), SLOT - within);
      ByteBuffer piece = data.slice(data.position(), count);
      page.bytes().put(within, piece, 0, count);
      data.position(data.position() + count);
      written(position, piece);
      position += count;
    }
  }

  /** How many bytes from an offset on go to the disk, none of them being in memory; at least 1. */
  int diskRun(long at, int most) {
    int slot = (int) (at / SLOT);
    while (slot < pages.length && pages[slot] == null && slot * (long) SLOT < at + most) {
      slot++;
    }
    return Math.toIntExact(Math.min(most, slot * (long) SLOT - at));
  }

  /** Where those bytes go. They count as written by {@link #writtenToDisk}. */
  StagingFile disk(StagingDirectory directory, long at, int length) throws WriteException {
    long fresh = 0;
    for (int slot = (int) (at / SLOT); slot <= (at + length - 1) / SLOT; slot++) {
      fresh += onDisk[slot] ? 0 : SLOT;
    }
    directory.space().take(fresh);
    staged += fresh;
    for (int slot = (int) (at / SLOT); slot <= (at + length - 1) / SLOT; slot++) {
      onDisk[slot] = true;
    }
    StagingFile now = file;
    if (now == null) {
      now = directory.create();
      file = now;
    }
    return now;
  }

  void writtenToDisk(long at, ByteBuffer data) {
    written(at, data);
  }

  private void written(long at, ByteBuffer data) {
    ContentSum order = running;
    if (order != null && inOrder) {
      if (at == order.bytes()) {
        order.add(data);
      } else {
        inOrder = false;
      }
    }
    filled.set(at, data.remaining(), Source.STAGED);
    state = State.FILLING; // it may have been sent before
    uploaded = null;
  }

  /**
   * From now on it is on its way.
   *
   * @param length bytes of it, at least what was written; what was not is zeros
   */
  PartContent send(long length) {
    if (state != State.FILLING || length < filled.size() || length > capacity) {
      throw new IllegalStateException("part " + number + " of " + length + " is " + state);
    }
    filled.resize(length);
    for (Extent hole : filled.all()) {
      if (hole.source() == Source.HOLE) {
        inOrder = false;
        clear(hole);
      }
    }
    state = State.SENDING;
    ContentSum known = inOrder && running != null && running.bytes() == length ? running : null;
    return new PartContent(this, length, running != null, known);
  }

  /** What was never written of pages is left over from others. */
  private void clear(Extent hole) {
    for (long at = hole.offset(); at < hole.end(); ) {
      int within = (int) (at % SLOT);
      int count = (int) Math.min(hole.end() - at, SLOT - within);
      Page page = pages[(int) (at / SLOT)];
      if (page != null) {
        Zeros.put(page.bytes().duplicate().position(within), count);
      }
      at += count;
    }
  }

  /** The store has it. */
  void sent(UploadedPart answer, @Nullable ContentSum content) {
    state = State.SENT;
    sentBefore = true;
    uploaded = answer;
    sum = content;
  }

  /** It could not be sent. */
  void failed() {
    state = State.FILLING;
  }

  @Nullable UploadedPart uploaded() {
    return uploaded;
  }

  /** The checksum of what was sent, or null when none was wanted. */
  @Nullable ContentSum sum() {
    return sum;
  }

  /**
   * Reads bytes that are here: pieces of memory, and of the disk copied.
   *
   * @param to at most the capacity; what was not written is zeros
   */
  void read(long from, long to, ByteBuffer target) throws WriteException {
    for (long at = from; at < to; ) {
      int slot = (int) (at / SLOT);
      int within = (int) (at % SLOT);
      int count = (int) Math.min(to - at, SLOT - within);
      Page page = pages[slot];
      StagingFile disk = file;
      if (page != null) {
        target.put(page.bytes().duplicate().limit(within + count).position(within));
      } else if (onDisk[slot] && disk != null) {
        ByteBuffer piece = target.slice(target.position(), count);
        disk.read(at, piece);
        target.position(target.position() + count);
      } else {
        Zeros.put(target, count);
      }
      at += count;
    }
  }

  /** As {@link #read}, but with zeros for what was not written of a page, too. */
  void readFilled(long from, long to, ByteBuffer target) throws WriteException {
    for (Extent extent : filled.within(from, to)) {
      if (extent.source() == Source.HOLE) {
        Zeros.put(target, (int) extent.length());
      } else {
        read(extent.offset(), extent.end(), target);
      }
    }
    long end = Math.max(from, filled.size());
    if (end < to) {
      Zeros.put(target, (int) (to - end));
    }
  }

  /** Whether a byte's place is on the disk. */
  boolean isOnDisk(long at) {
    return onDisk[(int) (at / SLOT)];
  }

  /** The ranges that were written, to be moved elsewhere. */
  List<Extent> written() {
    List<Extent> found = new ArrayList<>(filled.all());
    found.removeIf(extent -> extent.source() == Source.HOLE);
    return found;
  }

  /** A piece of memory that lies there as a whole, or null when it is elsewhere. */
  @Nullable ByteBuffer memory(long at, long end) {
    Page page = pages[(int) (at / SLOT)];
    if (page == null) {
      return null;
    }
    int within = (int) (at % SLOT);
    int count = (int) Math.min(end - at, SLOT - within);
    return page.bytes().duplicate().limit(within + count).position(within);
  }

  /** Bytes of a slot. */
  static int slotBytes() {
    return SLOT;
  }

  /**
   * Moves what is in memory to the disk, so that it can still be read and written again. Waits for
   * the disk, without the monitor: only while the part is SENDING.
   */
  void spool(PartMemory memory, StagingDirectory directory) throws WriteException {
    for (int slot = 0; slot < pages.length; slot++) {
      Page page = pages[slot];
      if (page != null) {
        StagingFile disk = disk(directory, (long) slot * SLOT, SLOT);
        disk.write((long) slot * SLOT, page.bytes().duplicate().clear());
        pages[slot] = null;
        memory.give(page);
      }
    }
  }

  /** Lets go of its bytes, wherever they are. */
  void release(PartMemory memory, StagingDirectory directory) {
    bytesHere = false;
    for (int i = 0; i < pages.length; i++) {
      Page page = pages[i];
      if (page != null) {
        pages[i] = null;
        memory.give(page);
      }
    }
    StagingFile disk = file;
    if (disk != null) {
      file = null;
      disk.delete();
    }
    directory.space().give(staged);
    staged = 0;
  }
}
