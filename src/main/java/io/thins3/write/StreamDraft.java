package io.thins3.write;

import io.thins3.store.ChecksumAlgorithm;
import io.thins3.store.ObjectChecksum;
import io.thins3.store.StoreException;
import io.thins3.store.StoredObject;
import io.thins3.store.UploadedPart;
import io.thins3.write.Extent.Source;
import io.thins3.write.WriteException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * New content that is written from its beginning on: one PUT when it is small, else parts that go
 * out while the program writes.
 *
 * <pre>
 *   write ─► Part 1 (kept to the end)   Part 2   Part 3   Part 4 ...      a write far ahead,
 *               └─ full, and there is more ──► SENDING, six at once         or a cut: Restage
 *   publish ─► the rest, and what was written again ─► CompleteMultipartUpload
 * </pre>
 *
 * <p>Why it cannot deadlock: a write that finds no memory waits only while parts of this very file
 * are under way, which end by the store's deadlines and give theirs back; when none is, its bytes
 * go to the disk.
 *
 * <p>The first part stays, because mp4, HDF5 and wav rewrite their header last; sent parts stay on
 * the disk where memory is not short, because then the disk does not slow the writer.
 */
final class StreamDraft implements Draft {
  /** The kernel's requests may arrive out of order, by less than this. */
  private static final int MOST_AHEAD = 2;

  private final Object monitor;
  private final Publisher publisher;
  private final PartMemory memory;
  private final StagingDirectory directory;
  private final Map<String, String> headers;
  private final String key;
  private final Runnable arrived;

  // Guarded by monitor.
  private final NavigableMap<Integer, Part> parts = new TreeMap<>();
  private long size;
  private @Nullable MultipartUpload upload;
  private boolean beginning;
  private int underWay;
  private boolean publishing;
  private boolean stopping;
  private boolean discarded;
  private @Nullable WriteException failure;

  /**
   * @param monitor of the file
   * @param arrived called without the monitor when something that was under way has ended
   */
  StreamDraft(
      Object monitor,
      Publisher publisher,
      PartMemory memory,
      StagingDirectory directory,
      String key,
      Map<String, String> headers,
      Runnable arrived) {
    this.monitor = monitor;
    this.publisher = publisher;
    this.memory = memory;
    this.directory = directory;
    this.key = key;
    this.headers = headers;
    this.arrived = arrived;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public @Nullable WriteException failure() {
    return failure;
  }

  /** Whether parts have been sent to a key, which another name cannot have. */
  boolean hasUpload() {
    return upload != null || beginning;
  }

  @Override
  public Step write(long offset, ByteBuffer data) throws WriteException {
    if (failure != null) {
      throw failure;
    }
    if (offset + data.remaining() > PartSizes.LARGEST_OBJECT) {
      throw new WriteException(Kind.TOO_LARGE, key + " would be larger than 5 TiB", null);
    }
    long position = offset;
    while (data.hasRemaining()) {
      int number = PartSizes.at(position);
      Part part = parts.get(number);
      if (part == null) {
        int highest = parts.isEmpty() ? 0 : parts.lastKey();
        if (number > highest + MOST_AHEAD) {
          return new Step.Restage();
        }
        if (isWaiting() && held() >= MultipartUpload.MOST_UNDER_WAY + MOST_AHEAD) {
          return new Step.Wait();
        }
        part = new Part(number, publisher.algorithm());
        parts.put(number, part);
      }
      if (part.state() == Part.State.SENDING) {
        return new Step.Wait();
      }
      if (!part.hasBytes()) {
        throw sentAway();
      }
      long within = position - part.offset();
      int limit = data.limit();
      int begin = data.position();
      data.limit((int) Math.min(limit, begin + PartSizes.size(number) - within));
      part.fill(within, data, memory);
      int taken = data.position() - begin;
      int left = data.remaining();
      data.limit(limit);
      position += taken;
      size = Math.max(size, position);
      if (left > 0) {
        if (isWaiting() && !part.isOnDisk(within + taken)) {
          return new Step.Wait();
        }
        long at = within + taken;
        int length = part.diskRun(at, left);
        return new Step.Disk(part.disk(directory, at, length), at, length);
      }
      dispatch();
    }
    return new Step.Done();
  }

  @Override
  public void writtenToDisk(long offset, ByteBuffer data) {
    Part part = parts.get(PartSizes.at(offset));
    if (part != null) {
      part.writtenToDisk(offset - part.offset(), data);
      size = Math.max(size, offset + data.remaining());
      dispatch();
    }
  }

  private boolean isWaiting() {
    return underWay > 0 || beginning;
  }

  /** Parts that hold memory, but for the first, which has it for good. */
  private long held() {
    return parts.tailMap(1, false).values().stream()
        .filter(part -> part.state() != Part.State.SENT)
        .count();
  }

  private WriteException sentAway() {
    WriteException sentAway =
        new WriteException(
            Kind.SENT_AWAY,
            key + ": bytes that were sent already, and are not here any more, are asked for",
            null);
    // Without them nothing whole can be published.
    failure = sentAway;
    return sentAway;
  }

  /** Sends what can be sent. */
  private void dispatch() {
    if (size <= PartSizes.FIRST || failure != null || stopping || discarded) {
      return;
    }
    if (upload == null) {
      if (!beginning) {
        beginning = true;
        execute(this::begin);
      }
      return;
    }
    for (Part part : parts.values()) {
      if (underWay >= MultipartUpload.MOST_UNDER_WAY) {
        return;
      }
      if (part.state() == Part.State.FILLING
          && (publishing || (part.isFull() && !part.wasSent()))) {
        long length = Math.min(PartSizes.size(part.number()), size - part.offset());
        PartContent content = part.send(publishing ? length : part.length());
        MultipartUpload to = upload;
        underWay++;
        execute(() -> send(to, part, content));
      }
    }
  }

  private void execute(Runnable task) {
    try {
      publisher.executor().execute(task);
    } catch (RuntimeException | Error e) { // shutting down, or no thread
      beginning = false;
      failure = new WriteException(Kind.LOCAL, key + ": no thread for its upload: " + e, e);
    }
  }

  private void begin() {
    MultipartUpload begun = null;
    WriteException failed = null;
    try {
      begun = MultipartUpload.begin(publisher, key, headers, publisher.algorithm());
    } catch (StoreException e) {
      failed = WriteException.of(e);
    } catch (RuntimeException | Error e) {
      failed = new WriteException(Kind.LOCAL, key + ": " + e, e);
    }
    synchronized (monitor) {
      beginning = false;
      upload = begun;
      if (failed != null) {
        failure = failed;
      }
      if (discarded && begun != null) {
        begun.abort();
      }
      dispatch();
      monitor.notifyAll();
    }
    arrived.run();
  }

  private void send(MultipartUpload to, Part part, PartContent content) {
    UploadedPart sent = null;
    ContentSum sum = null;
    WriteException failed = null;
    boolean kept = part.number() == 1;
    try {
      ChecksumAlgorithm algorithm = publisher.algorithm();
      sum = algorithm == null ? null : content.sum(algorithm);
      sent = to.send(part.number(), content);
      if (!kept && !memory.isShort() && !isPublishing()) {
        part.spool(memory, directory);
        kept = true;
      }
    } catch (StoreException e) {
      failed = WriteException.of(e);
    } catch (WriteException e) {
      kept = false; // no room to spool it: it is not needed as long as nobody asks for it
    } catch (IOException e) {
      failed =
          e.getCause() instanceof WriteException local
              ? local
              : new WriteException(Kind.LOCAL, key + ": " + e, e);
    } catch (RuntimeException | Error e) {
      failed = new WriteException(Kind.LOCAL, key + ": " + e, e);
    }
    synchronized (monitor) {
      underWay--;
      if (sent == null) {
        failure = failed;
        part.failed();
      } else {
        part.sent(sent, sum);
      }
      if (discarded || (sent != null && !kept && !stopping)) {
        part.release(memory, directory);
      }
      dispatch();
      monitor.notifyAll();
    }
    arrived.run();
  }

  private boolean isPublishing() {
    synchronized (monitor) {
      return publishing;
    }
  }

  @Override
  public List<Extent> extents(long from, long to) {
    List<Extent> found = new ArrayList<>();
    long end = Math.min(to, size);
    for (long at = from; at < end; ) {
      int number = PartSizes.at(at);
      Part part = parts.get(number);
      long next = Math.min(end, PartSizes.offset(number) + PartSizes.size(number));
      Source source = part == null ? Source.HOLE : part.hasBytes() ? Source.STAGED : Source.SENT;
      found.add(new Extent(at, next - at, source));
      at = next;
    }
    return found;
  }

  @Override
  public void read(long from, long to, ByteBuffer target) throws WriteException {
    for (long at = from; at < to; ) {
      int number = PartSizes.at(at);
      long next = Math.min(to, PartSizes.offset(number) + PartSizes.size(number));
      synchronized (
          monitor) { // the memory must not go while it is copied; the disk is rarely asked
        Part part = parts.get(number);
        if (part == null) {
          Zeros.put(target, (int) (next - at));
        } else if (part.hasBytes()) {
          part.readFilled(at - part.offset(), next - part.offset(), target);
        } else {
          throw sentAway();
        }
      }
      at = next;
    }
  }

  @Override
  public FileVersion publish(Target target) throws WriteException {
    StoredObject stored;
    long length;
    try {
      boolean whole;
      synchronized (monitor) {
        publishing = true;
        if (failure != null) {
          throw failure;
        }
        length = size;
        whole = length <= PartSizes.FIRST;
      }
      stored = whole ? putWhole(target, length) : completeParts(target, length);
    } finally {
      synchronized (monitor) {
        publishing = false;
      }
    }
    return new FileVersion(target.key(), stored.etag(), length, stored.storedAt());
  }

  private StoredObject putWhole(Target target, long length) throws WriteException {
    Part part;
    PartContent content;
    synchronized (monitor) {
      part = parts.computeIfAbsent(1, number -> new Part(number, publisher.algorithm()));
      content = part.send(length);
    }
    try {
      ChecksumAlgorithm algorithm = publisher.algorithm();
      if (algorithm != null && length > 0) {
        content.sum(algorithm);
      }
      return publisher.put(target.key(), content, target.headers(), target.expected());
    } catch (IOException e) {
      throw new WriteException(Kind.LOCAL, key + ": " + e, e);
    } finally {
      synchronized (monitor) {
        part.failed(); // it is not a part of anything, and may be sent again
      }
    }
  }

  private StoredObject completeParts(Target target, long length) throws WriteException {
    List<UploadedPart> uploaded = new ArrayList<>();
    ChecksumAlgorithm algorithm = publisher.algorithm();
    ContentSum whole = algorithm == null ? null : new ContentSum(algorithm);
    MultipartUpload to;
    synchronized (monitor) {
      int last = PartSizes.at(length - 1);
      for (int number = 1; number <= last; number++) {
        parts.computeIfAbsent(number, hole -> new Part(hole, algorithm));
      }
      dispatch();
      awaitParts();
      to = java.util.Objects.requireNonNull(upload);
      for (Part part : parts.values()) {
        uploaded.add(java.util.Objects.requireNonNull(part.uploaded()));
        if (whole != null) {
          whole.append(java.util.Objects.requireNonNull(part.sum()));
        }
      }
    }
    ObjectChecksum checksum = whole == null ? null : whole.checksum();
    return publisher.complete(target.key(), to.id(), uploaded, checksum, target.expected());
  }

  /** Waits until all parts are sent, as long as one now and then arrives. */
  private void awaitParts() throws WriteException {
    boolean interrupted = false;
    long deadline = publisher.settings().deadline().toMillis();
    long since = System.nanoTime();
    long sent = -1;
    try {
      while (failure == null && !allSent()) {
        long now = parts.values().stream().filter(part -> part.state() == Part.State.SENT).count();
        if (now != sent || upload == null) {
          sent = now;
          since = System.nanoTime();
        }
        long left = deadline - (System.nanoTime() - since) / 1_000_000;
        if (left <= 0) {
          failure = new WriteException(Kind.TIMEOUT, key + ": no part was taken in time", null);
        } else {
          try {
            monitor.wait(left);
          } catch (InterruptedException e) {
            interrupted = true; // the upload goes on
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private boolean allSent() {
    return upload != null
        && parts.values().stream().allMatch(part -> part.state() == Part.State.SENT);
  }

  /**
   * Moves what was written to a staging file, for a draft that takes over. Waits for parts that are
   * under way, and for the disk; without the monitor. This draft is of no use afterwards.
   *
   * @throws WriteException SENT_AWAY when bytes are not here any more
   */
  ExtentMap moveTo(StagingFile file) throws WriteException {
    List<Part> all;
    ExtentMap extents = new ExtentMap();
    synchronized (monitor) {
      stopping = true; // nothing more is sent
      while (isWaiting()) {
        try {
          monitor.wait(publisher.settings().deadline().toMillis());
        } catch (InterruptedException e) {
          throw new WriteException(Kind.LOCAL, "interrupted", e);
        }
      }
      if (failure != null) {
        throw failure;
      }
      for (Part part : parts.values()) {
        if (!part.hasBytes()) {
          throw sentAway();
        }
      }
      all = List.copyOf(parts.values());
      extents.resize(size);
    }
    ByteBuffer piece = ByteBuffer.allocate(Part.slotBytes());
    for (Part part : all) {
      for (Extent extent : part.written()) {
        directory.space().take(extent.length());
        for (long at = extent.offset(); at < extent.end(); at += piece.limit()) {
          piece.clear().limit((int) Math.min(piece.capacity(), extent.end() - at));
          part.read(at, at + piece.limit(), piece);
          file.write(part.offset() + at, piece.flip());
        }
        extents.set(part.offset() + extent.offset(), extent.length(), Source.STAGED);
      }
    }
    return extents;
  }

  @Override
  public void discard() {
    MultipartUpload begun;
    synchronized (monitor) {
      discarded = true;
      begun = upload;
      upload = null;
      for (Part part : parts.values()) {
        if (part.state() != Part.State.SENDING) {
          part.release(memory, directory);
        }
      }
    }
    if (begun != null) {
      begun.abort();
    }
  }

  /** As {@link #discard}, after a publication: there is no upload any more. */
  void published() {
    synchronized (monitor) {
      upload = null;
    }
    discard();
  }
}
