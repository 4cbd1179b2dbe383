package io.thins3.write;

import io.thins3.write.Extent.Source;
import io.thins3.write.WriteException.Kind;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file while anybody has it open for writing.
 *
 * <pre>
 *             ┌──── write, resize ────┐
 *   CLEAN ────┴► CHANGED (a draft) ───┴─ publish ─► CLEAN, of another version
 *                   │ unlink: never published           │
 *                   └─ publish fails ─► FAILED: every flush fails, until the last handle is gone
 * </pre>
 *
 * <p>Thread-safe. {@link #write} does not wait; all others do, for their turn (see {@link Turns})
 * and for the store.
 */
public final class WrittenFile {
  private static final Logger log = LoggerFactory.getLogger(WrittenFile.class);

  private final WriteParts use;
  private final Consumer<FileVersion> onPublished;
  private final Turns turns = new Turns();
  private final Object monitor = new Object();

  // Guarded by monitor; changed by who has the turn.
  private String key;
  private Map<String, String> headers;
  private @Nullable FileVersion published;
  private Expected expected;
  private @Nullable Draft draft;
  private boolean changed;
  private boolean unlinked;
  private @Nullable WriteException failure;
  private Instant modified;
  private @Nullable PendingWrite waiting;

  /**
   * @param published what lies there; null: nothing, it is a new file
   * @param exclusive nobody else may create it meanwhile
   * @param onPublished is told of each version before anybody reads it from the store
   */
  WrittenFile(
      WriteParts use,
      String key,
      Map<String, String> headers,
      @Nullable FileVersion published,
      boolean exclusive,
      Consumer<FileVersion> onPublished) {
    this.use = use;
    this.onPublished = onPublished;
    this.key = key;
    this.headers = headers;
    this.published = published;
    this.expected = new Expected(published == null ? null : published.etag(), exclusive);
    this.changed = published == null;
    this.modified = published == null ? use.clock().instant() : published.storedAt();
  }

  /** Bytes of the file now. */
  public long size() {
    synchronized (monitor) {
      return sizeNow();
    }
  }

  private long sizeNow() {
    if (draft != null) {
      return draft.size();
    }
    return published == null ? 0 : published.size();
  }

  /** When it was changed last. */
  public Instant modified() {
    synchronized (monitor) {
      return modified;
    }
  }

  /** Whether there is something that is not published. */
  public boolean isChanged() {
    synchronized (monitor) {
      return changed;
    }
  }

  /** The published object, or null when there is none. */
  public @Nullable FileVersion published() {
    synchronized (monitor) {
      return published;
    }
  }

  /** Whether everything of it lies in the published object, which readers then read themselves. */
  public boolean isClean() {
    synchronized (monitor) {
      return draft == null && published != null;
    }
  }

  /**
   * Writes; does not wait.
   *
   * @param data this file's until the completion is called
   */
  public void write(long offset, ByteBuffer data, WriteCompletion completion) {
    PendingWrite pending = new PendingWrite(offset, data.slice(), completion);
    turns.run(() -> goOn(pending));
  }

  /** Goes on with a write whose turn it is. Ends the turn when the write has ended. */
  private void goOn(PendingWrite pending) {
    WriteException failed = null;
    Draft.Step step = new Draft.Step.Done();
    try {
      synchronized (monitor) {
        if (failure != null) {
          throw failure;
        }
        step = draftNow().write(pending.position(), pending.data());
        if (step instanceof Draft.Step.Wait) {
          waiting = pending;
          use.publisher().counters().waits.increment();
        } else if (step instanceof Draft.Step.Done) {
          touched();
        }
      }
    } catch (WriteException e) {
      failed = e;
    } catch (RuntimeException | Error e) {
      failed = new WriteException(Kind.LOCAL, key + ": " + e, e);
    }
    if (failed != null) {
      pending.end(turns, failed);
    } else if (step instanceof Draft.Step.Done) {
      pending.end(turns, null);
    } else if (step instanceof Draft.Step.Disk disk) {
      pending.onDisk(use.local(), turns, () -> writeToDisk(pending, disk));
    } else if (step instanceof Draft.Step.Restage) {
      pending.onDisk(
          use.local(),
          turns,
          () -> {
            restage();
            goOn(pending);
          });
    }
  }

  private void writeToDisk(PendingWrite pending, Draft.Step.Disk disk) throws WriteException {
    ByteBuffer piece = pending.data().slice(pending.data().position(), disk.length());
    disk.file().write(disk.at(), piece.duplicate());
    synchronized (monitor) {
      Objects.requireNonNull(draft).writtenToDisk(pending.position(), piece);
      pending.data().position(pending.data().position() + disk.length());
    }
    goOn(pending);
  }

  /** Parts of the draft have arrived. */
  private void arrived() {
    turns.progress();
    PendingWrite pending;
    synchronized (monitor) {
      pending = waiting;
      waiting = null;
    }
    if (pending != null) {
      goOn(pending);
    }
  }

  /** The draft that takes a write: a new one, if there is none. */
  private Draft draftNow() {
    Draft now = draft;
    if (now == null) {
      long size = published == null ? 0 : published.size();
      now = size == 0 ? stream() : staged(ExtentMap.published(size));
      draft = now;
    }
    return now;
  }

  private StreamDraft stream() {
    return new StreamDraft(
        monitor, use.publisher(), use.memory(), use.directory(), key, headers, this::arrived);
  }

  private StagedDraft staged(ExtentMap extents) {
    return new StagedDraft(
        monitor, use.publisher(), use.directory(), published, extents, null, 0, this::arrived);
  }

  private void touched() {
    changed = true;
    modified = use.clock().instant();
  }

  /** Makes a draft that can be changed anywhere. Only in a turn; waits for the disk. */
  private StagedDraft restage() throws WriteException {
    Draft before;
    synchronized (monitor) {
      before = draft;
      if (before instanceof StagedDraft staged) {
        return staged;
      }
      if (before == null) {
        long size = published == null ? 0 : published.size();
        StagedDraft staged = staged(ExtentMap.published(size));
        draft = staged;
        return staged;
      }
    }
    try {
      StagedDraft staged =
          StagedDraft.of(
              (StreamDraft) before,
              monitor,
              use.publisher(),
              use.directory(),
              published(),
              this::arrived);
      synchronized (monitor) {
        draft = staged;
      }
      before.discard();
      return staged;
    } catch (WriteException e) {
      synchronized (monitor) {
        failure = e;
      }
      throw e;
    }
  }

  /** Changes that are made in a turn, by a thread that waits. */
  private interface Work {
    void run() throws WriteException;
  }

  private void inTurn(Work work) throws WriteException {
    turns.enter(use.publisher().settings().deadline());
    try {
      work.run();
    } finally {
      turns.leave();
    }
  }

  /** Cuts the file, or lengthens it by zeros. */
  public void resize(long size) throws WriteException {
    inTurn(
        () -> {
          synchronized (monitor) {
            throwFailure();
            if (size == sizeNow() && published != null) {
              return;
            }
          }
          if (size == 0) {
            empty();
          } else {
            StagedDraft staged = restage();
            synchronized (monitor) {
              staged.resize(size);
            }
          }
          synchronized (monitor) {
            touched();
          }
        });
  }

  /** Throws away all content. Only in a turn. */
  private void empty() {
    Draft before;
    synchronized (monitor) {
      before = draft;
      draft = stream();
    }
    if (before != null) {
      before.discard();
    }
  }

  /**
   * Makes a range of zeros.
   *
   * @param keepSize a file that ends before it stays as long as it is
   */
  public void clear(long offset, long length, boolean keepSize) throws WriteException {
    inTurn(
        () -> {
          synchronized (monitor) {
            throwFailure();
            if (keepSize && offset >= sizeNow()) {
              return;
            }
          }
          StagedDraft staged = restage();
          synchronized (monitor) {
            long end = keepSize ? Math.min(staged.size(), offset + length) : offset + length;
            staged.clear(offset, end - offset);
            touched();
          }
        });
  }

  private void throwFailure() throws WriteException {
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * Reads; waits.
   *
   * @param bytes reads what is published
   * @param size of the answer, at most
   * @return what there is
   */
  public ByteBuffer read(long offset, int size, PublishedBytes bytes) throws WriteException {
    turns.enter(use.publisher().settings().deadline());
    try {
      return readNow(offset, size, bytes);
    } finally {
      turns.leave();
    }
  }

  private ByteBuffer readNow(long offset, int size, PublishedBytes bytes) throws WriteException {
    Draft now;
    FileVersion version;
    List<Extent> extents;
    long end;
    synchronized (monitor) {
      now = draft;
      version = published;
      end = Math.min(sizeNow(), offset + size);
      if (offset >= end) {
        return ByteBuffer.allocate(0);
      }
      extents =
          now == null
              ? List.of(new Extent(offset, end - offset, Source.PUBLISHED))
              : now.extents(offset, end);
    }
    return DraftReading.read(now, version, extents, offset, end, bytes);
  }

  /**
   * Publishes what is not published yet; waits until it is an object.
   *
   * @return the version there is now; null when the file was unlinked and none is published
   * @throws WriteException this time, and every time from then on
   */
  public @Nullable FileVersion publish() throws WriteException {
    turns.enter(use.publisher().settings().deadline());
    try {
      return publishNow();
    } finally {
      turns.leave();
    }
  }

  private @Nullable FileVersion publishNow() throws WriteException {
    Draft now;
    Target target;
    synchronized (monitor) {
      throwFailure();
      if (!changed || unlinked) {
        return published;
      }
      now = draft == null ? stream() : draft;
      draft = now;
      target = new Target(key, headers, expected);
    }
    FileVersion version;
    try {
      version = now.publish(target);
    } catch (WriteException e) {
      use.publisher().counters().failures.increment();
      synchronized (monitor) {
        failure = e;
      }
      throw e;
    }
    if (!isUnlinked()) {
      onPublished.accept(version);
    }
    synchronized (monitor) {
      published = version;
      expected = new Expected(version.etag(), false);
      changed = false;
      draft = null;
      modified = version.storedAt();
    }
    if (now instanceof StreamDraft stream) {
      stream.published();
    } else {
      now.discard();
    }
    return version;
  }

  /**
   * Gives the file another key. Where parts are on their way already, which belong to the old key,
   * what was written so far is published first.
   *
   * @param replaced the ETag of what lies at the new key, or null
   */
  public void rename(String newKey, @Nullable String replaced, Move move) throws WriteException {
    inTurn(
        () -> {
          boolean begun;
          synchronized (monitor) {
            begun = draft instanceof StreamDraft stream && stream.hasUpload();
          }
          if (begun) {
            publishNow();
          }
          FileVersion moved = move.move(published());
          synchronized (monitor) {
            key = newKey;
            Draft before = draft;
            published = moved;
            expected = new Expected(moved == null ? replaced : moved.etag(), false);
            if (before instanceof StagedDraft staged) {
              draft = staged.movedTo(moved);
            }
          }
        });
  }

  /** The name is gone: what was written is never published. */
  public void unlink() throws WriteException {
    inTurn(
        () -> {
          synchronized (monitor) {
            unlinked = true;
          }
        });
  }

  /** Whether it has no name any more. */
  public boolean isUnlinked() {
    synchronized (monitor) {
      return unlinked;
    }
  }

  /** Why every use of it fails, or null. */
  public @Nullable WriteException failure() {
    synchronized (monitor) {
      return failure;
    }
  }

  /** Waits until what was begun on it before has ended. */
  public void settle() throws WriteException {
    inTurn(() -> {});
  }

  /** The key that it has, or had last. */
  public String key() {
    synchronized (monitor) {
      return key;
    }
  }

  /** Nobody has it open any more. What is not published is thrown away. */
  void close() {
    Draft now;
    synchronized (monitor) {
      now = draft;
      draft = null;
      if (failure == null) {
        failure = new WriteException(Kind.LOCAL, key + " is closed", null);
      }
    }
    if (now != null) {
      if (changed && !unlinked) {
        log.debug("{}: changes are thrown away", key);
      }
      now.discard();
    }
  }
}
