package io.thins3.write;

import io.thins3.store.ChecksumAlgorithm;
import io.thins3.store.ObjectBody;
import io.thins3.store.ObjectChecksum;
import io.thins3.store.StoreException;
import io.thins3.store.StoredObject;
import io.thins3.store.UploadedPart;
import io.thins3.write.Extent.Source;
import io.thins3.write.PublishPlan.Piece;
import io.thins3.write.WriteException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Changes of a file beside its published object: what was written lies in a sparse staging file, at
 * its own offset. What did not change is never fetched, but for edges below the least size of a
 * part, and small files.
 *
 * <p>The published object is a source of copies as long as it is the version that was opened; where
 * others have replaced it, publishing fails with CONFLICT, because nobody has those bytes any more.
 */
final class StagedDraft implements Draft {
  private static final int FETCH_PIECE = 256 << 10;

  private final Object monitor;
  private final Publisher publisher;
  private final StagingDirectory directory;
  private final @Nullable FileVersion published;
  private final Runnable arrived;

  // Guarded by monitor.
  private final ExtentMap extents;
  private @Nullable StagingFile file;
  private long taken;

  /**
   * @param published where the published extents are; null when there are none
   * @param file holds the staged extents, and is this draft's from now on
   * @param taken bytes that it has of the staging space
   * @param arrived called without the monitor when a part has arrived
   */
  StagedDraft(
      Object monitor,
      Publisher publisher,
      StagingDirectory directory,
      @Nullable FileVersion published,
      ExtentMap extents,
      @Nullable StagingFile file,
      long taken,
      Runnable arrived) {
    this.monitor = monitor;
    this.publisher = publisher;
    this.directory = directory;
    this.published = published;
    this.extents = extents;
    this.file = file;
    this.taken = taken;
    this.arrived = arrived;
  }

  /**
   * Takes over from a stream that was written somewhere else; waits for the disk.
   *
   * @throws WriteException SENT_AWAY when bytes of it are not here any more
   */
  static StagedDraft of(
      StreamDraft stream,
      Object monitor,
      Publisher publisher,
      StagingDirectory directory,
      @Nullable FileVersion published,
      Runnable arrived)
      throws WriteException {
    StagingFile file = directory.create();
    try {
      ExtentMap extents = stream.moveTo(file);
      long taken = extents.bytes(0, extents.size(), Source.STAGED);
      return new StagedDraft(
          monitor, publisher, directory, published, extents, file, taken, arrived);
    } catch (WriteException e) {
      file.delete();
      throw e;
    }
  }

  @Override
  public long size() {
    return extents.size();
  }

  @Override
  public @Nullable WriteException failure() {
    return null;
  }

  @Override
  public Step write(long offset, ByteBuffer data) throws WriteException {
    if (!data.hasRemaining()) {
      return new Step.Done();
    }
    if (offset + data.remaining() > PartSizes.LARGEST_OBJECT) {
      throw new WriteException(Kind.TOO_LARGE, "the file would be larger than 5 TiB", null);
    }
    int length = data.remaining();
    takeSpace(offset, length);
    return new Step.Disk(file(), offset, length);
  }

  private void takeSpace(long offset, long length) throws WriteException {
    long fresh = length - extents.bytes(offset, offset + length, Source.STAGED);
    directory.space().take(fresh);
    taken += fresh;
  }

  private StagingFile file() throws WriteException {
    StagingFile now = file;
    if (now == null) {
      now = directory.create();
      file = now;
    }
    return now;
  }

  @Override
  public void writtenToDisk(long offset, ByteBuffer data) {
    extents.set(offset, data.remaining(), Source.STAGED);
  }

  /** Cuts the file, or lengthens it by a hole. */
  void resize(long size) {
    extents.resize(size);
  }

  /** Makes a range of zeros; a file that ends before its end is lengthened. */
  void clear(long offset, long length) {
    extents.set(offset, length, Source.HOLE);
  }

  /** The same changes beside the object's copy under another key. */
  StagedDraft movedTo(@Nullable FileVersion copy) {
    return new StagedDraft(monitor, publisher, directory, copy, extents, file, taken, arrived);
  }

  @Override
  public List<Extent> extents(long from, long to) {
    return extents.within(from, to);
  }

  @Override
  public void read(long from, long to, ByteBuffer target) throws WriteException {
    List<Extent> found;
    StagingFile staged;
    synchronized (monitor) {
      found = extents.within(from, to);
      staged = file;
    }
    for (Extent extent : found) {
      int count = (int) extent.length();
      if (extent.source() == Source.STAGED && staged != null) {
        ByteBuffer piece = target.slice(target.position(), count);
        staged.read(extent.offset(), piece);
        target.position(target.position() + count);
      } else if (extent.source() == Source.HOLE) {
        Zeros.put(target, count);
      } else {
        throw new IllegalStateException("to be read elsewhere: " + extent);
      }
    }
  }

  @Override
  public FileVersion publish(Target target) throws WriteException {
    long size;
    PublishPlan plan;
    synchronized (monitor) {
      size = extents.size();
      plan = size == 0 ? new PublishPlan(List.of()) : PublishPlan.of(extents);
    }
    StoredObject stored;
    try {
      if (!plan.hasCopies() && size <= PartSizes.FIRST) {
        fetch(0, size);
        stored = publisher.put(target.key(), content(0, size), target.headers(), target.expected());
      } else {
        stored = publishParts(target, plan);
      }
    } catch (IOException e) {
      throw new WriteException(Kind.LOCAL, target.key() + ": " + e, e);
    }
    return new FileVersion(target.key(), stored.etag(), size, stored.storedAt());
  }

  private StagedContent content(long from, long to) throws IOException {
    List<Extent> found;
    StagingFile staged;
    synchronized (monitor) {
      found = extents.within(from, to);
      staged = file;
    }
    return new StagedContent(staged, found, to == from ? null : publisher.algorithm());
  }

  private StoredObject publishParts(Target target, PublishPlan plan) throws WriteException {
    MultipartUpload upload;
    // MinIO refuses copies in an upload that has a checksum of the whole; parts have theirs.
    ChecksumAlgorithm algorithm = plan.hasCopies() ? null : publisher.algorithm();
    try {
      upload = MultipartUpload.begin(publisher, target.key(), target.headers(), algorithm);
    } catch (StoreException e) {
      throw WriteException.of(e);
    }
    boolean good = false;
    try {
      List<Sent> sent = sendAll(upload, plan);
      List<UploadedPart> parts = sent.stream().map(Sent::part).toList();
      ObjectChecksum whole = algorithm == null ? null : combined(algorithm, sent);
      StoredObject stored =
          publisher.complete(target.key(), upload.id(), parts, whole, target.expected());
      good = true;
      return stored;
    } finally {
      if (!good) {
        upload.abort();
      }
    }
  }

  /** A part, and its checksum where it was sent with one. */
  private record Sent(UploadedPart part, @Nullable ContentSum sum) {}

  private static ObjectChecksum combined(ChecksumAlgorithm algorithm, List<Sent> parts) {
    ContentSum whole = new ContentSum(algorithm);
    for (Sent part : parts) {
      whole.append(java.util.Objects.requireNonNull(part.sum));
    }
    return whole.checksum();
  }

  /** Sends and copies, some at a time. When one fails, those under way are waited for. */
  private List<Sent> sendAll(MultipartUpload upload, PublishPlan plan) throws WriteException {
    Deque<CompletableFuture<Sent>> underWay = new ArrayDeque<>();
    List<Sent> done = new ArrayList<>();
    WriteException failure = null;
    int number = 0;
    for (Piece piece : plan.parts()) {
      int part = ++number;
      CompletableFuture<Sent> future = new CompletableFuture<>();
      underWay.add(future);
      publisher.executor().execute(() -> run(upload, part, piece, future));
      if (underWay.size() < MultipartUpload.MOST_UNDER_WAY) {
        continue;
      }
      try {
        done.add(MultipartUpload.await(underWay.remove(), publisher.settings()));
      } catch (WriteException e) {
        failure = e;
        break;
      }
    }
    while (!underWay.isEmpty()) {
      try {
        done.add(MultipartUpload.await(underWay.remove(), publisher.settings()));
      } catch (WriteException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return done;
  }

  private void run(
      MultipartUpload upload, int number, Piece piece, CompletableFuture<Sent> future) {
    try {
      if (piece.copied()) {
        FileVersion source = java.util.Objects.requireNonNull(published);
        future.complete(
            new Sent(upload.copy(number, source, piece.offset(), piece.length()), null));
      } else {
        fetch(piece.offset(), piece.end());
        StagedContent content = content(piece.offset(), piece.end());
        future.complete(new Sent(upload.send(number, content), content.sum()));
      }
    } catch (StoreException e) {
      future.completeExceptionally(piece.copied() ? sourceFailure(e) : WriteException.of(e));
    } catch (WriteException e) {
      future.completeExceptionally(e);
    } catch (Throwable e) { // OutOfMemoryError too: somebody waits
      future.completeExceptionally(new WriteException(Kind.LOCAL, String.valueOf(e), e));
    }
    arrived.run();
  }

  /** Others have replaced what was to be copied: those bytes are lost for us. */
  private static WriteException sourceFailure(StoreException e) {
    return e.isGone()
        ? new WriteException(Kind.CONFLICT, String.valueOf(e.getMessage()), e)
        : WriteException.of(e);
  }

  /** Fetches what is published of a range into the staging file; waits. */
  private void fetch(long from, long to) throws WriteException {
    List<Extent> missing = new ArrayList<>();
    StagingFile target;
    synchronized (monitor) {
      for (Extent extent : extents.within(from, to)) {
        if (extent.source() == Source.PUBLISHED) {
          missing.add(extent);
        }
      }
      if (missing.isEmpty()) {
        return;
      }
      for (Extent extent : missing) {
        takeSpace(extent.offset(), extent.length());
      }
      target = file();
    }
    FileVersion source = java.util.Objects.requireNonNull(published);
    for (Extent extent : missing) {
      try {
        fetch(source, extent, target);
      } catch (StoreException e) {
        throw sourceFailure(e);
      }
      synchronized (monitor) {
        extents.set(extent.offset(), extent.length(), Source.STAGED);
      }
      publisher.counters().fetched.add(extent.length());
    }
  }

  private void fetch(FileVersion source, Extent extent, StagingFile target)
      throws StoreException, WriteException {
    ByteBuffer piece = ByteBuffer.allocate((int) Math.min(FETCH_PIECE, extent.length()));
    try (ObjectBody body =
        publisher.store().get(source.key(), source.etag(), extent.offset(), extent.length())) {
      long at = extent.offset();
      while (at < extent.end()) {
        piece.clear().limit((int) Math.min(piece.capacity(), extent.end() - at));
        int count = body.read(piece);
        if (count < 0) {
          throw new WriteException(Kind.LOCAL, source.key() + ": the answer is cut short", null);
        }
        target.write(at, piece.flip());
        at += count;
      }
    }
  }

  @Override
  public void discard() {
    StagingFile now;
    synchronized (monitor) {
      now = file;
      file = null;
      directory.space().give(taken);
      taken = 0;
    }
    if (now != null) {
      now.delete();
    }
  }
}
