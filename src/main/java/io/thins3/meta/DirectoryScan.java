package io.thins3.meta;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Ticker;
import io.thins3.store.StoreException;
import io.thins3.store.StoreWait;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One listing of one directory, which grows page by page, for all who read it at the time.
 * Positions count its entries: what has arrived keeps its position, whatever changes in the store.
 *
 * <pre>
 *   IDLE ── wanted ──► FETCHING ── the last page ─────► WHOLE
 *    ▲                 │      │
 *    ├── enough ◄──────┤      └── larger than it may be ► FULL
 *    └── failure ◄─────┘
 * </pre>
 *
 * <p>Pages are fetched one after the other, each by the token of the last, up to {@link
 * #PAGES_AHEAD} ahead of the reader who is farthest: {@code ls | head} of a directory of a million
 * costs five requests, and who reads on waits for the store alone. A failure is for those who wait
 * then; who comes later has the page asked for again. A full scan has the beginning of a directory;
 * behind it each reader goes on with a scan of its own, which forgets what was read. Thread-safe;
 * the lock is never held during a request.
 */
final class DirectoryScan {
  /** Pages that are fetched before somebody waits for them. */
  static final int PAGES_AHEAD = 4;

  /** Parts that a scan which forgets keeps: what is read, what is ahead, and some behind. */
  private static final int PARTS_KEPT = PAGES_AHEAD + 4;

  /**
   * Some entries that follow each other.
   *
   * @param start position of the first
   * @param fetchedAt when they were asked for, nanoseconds of the ticker
   */
  record Part(ListedEntries entries, long start, long fetchedAt) {
    /** Position behind the last. */
    long end() {
      return start + entries.size();
    }
  }

  /**
   * What a name is in the directory.
   *
   * @param metadata null: it is not there
   */
  record Found(@Nullable Metadata metadata, long fetchedAt) {}

  /** Where a position leads. */
  enum Step {
    /** To a part that is there. */
    PART,
    /** Behind the last entry. */
    END,
    /** To what is on its way. */
    LATER,
    /** To the directory's rest, of which this scan has the beginning. */
    BEYOND,
    /** To what this scan forgot. */
    FORGOTTEN
  }

  /**
   * The answer to the question for a position.
   *
   * @param part of PART
   * @param arrival of LATER: completes when something has arrived, or fails
   */
  record Place(Step step, @Nullable Part part, @Nullable CompletableFuture<Void> arrival) {}

  private final DirectoryPages pages; // of the thread that fetches
  private final Executor executor;
  private final Ticker ticker;
  private final String what;
  private final long mostBytes;
  private final boolean forgets;
  private final Consumer<DirectoryScan> onChange;
  private final Runnable onRead;

  // Guarded by this.
  private long begunAt;
  private @Nullable CompletableFuture<Optional<SubtreeScan.Listed>> elsewhere;
  private boolean read;
  private final List<Part> parts = new ArrayList<>();
  private long count; // of parts, with those that are forgotten
  private long end; // position behind the last part
  private long bytes;
  private boolean listed; // all pages are there
  private @Nullable DirectoryListing whole; // listed, and nothing is forgotten
  private boolean full;
  private long wanted; // parts
  private boolean fetching;
  private boolean broken;
  private CompletableFuture<Void> arrival = new CompletableFuture<>();

  /**
   * A scan of which nothing was asked for yet.
   *
   * @param what names it in messages
   * @param mostBytes it is full when it takes more
   * @param onChange runs when the scan takes more memory, is whole, or failed
   */
  DirectoryScan(
      DirectoryPages pages,
      Executor executor,
      Ticker ticker,
      String what,
      long mostBytes,
      Consumer<DirectoryScan> onChange) {
    this(pages, executor, ticker, what, mostBytes, false, 0, onChange);
  }

  /**
   * Has this scan, of which nothing was asked for yet, wait for another answer before it asks for
   * pages itself.
   *
   * @param answer never fails; empty: there is none
   */
  DirectoryScan first(CompletableFuture<Optional<SubtreeScan.Listed>> answer) {
    synchronized (this) {
      elsewhere = answer;
    }
    return this;
  }

  private DirectoryScan(
      DirectoryPages pages,
      Executor executor,
      Ticker ticker,
      String what,
      long mostBytes,
      boolean forgets,
      long start,
      Consumer<DirectoryScan> onChange) {
    this.pages = pages;
    this.executor = executor;
    this.ticker = ticker;
    this.what = what;
    this.mostBytes = mostBytes;
    this.forgets = forgets;
    this.onChange = onChange;
    this.end = start;
    this.onRead = () -> {};
    this.begunAt = ticker.read(); // what is asked now may change while it travels
  }

  /**
   * A scan that is over: nothing is fetched for it.
   *
   * @param onRead runs when it is read for the first time
   */
  DirectoryScan(DirectoryListing listing, long fetchedAt, Runnable onRead) {
    this.onRead = onRead;
    this.pages = DirectoryPages.none();
    this.executor = Runnable::run;
    this.ticker = Ticker.disabledTicker();
    this.what = "";
    this.mostBytes = Long.MAX_VALUE;
    this.forgets = false;
    this.onChange = scan -> {};
    this.begunAt = fetchedAt;
    listing.parts().forEach(part -> add(part, fetchedAt));
    this.listed = true;
    this.whole = listing;
  }

  /** When the first request was sent at the earliest, nanoseconds of the ticker. */
  synchronized long begunAt() {
    return begunAt;
  }

  /** Bytes of memory, about. */
  synchronized long bytes() {
    return 200 + bytes;
  }

  /** Whether the last request failed. */
  synchronized boolean isBroken() {
    return broken;
  }

  /** All entries; null as long as, or because, they are not all here. */
  synchronized @Nullable DirectoryListing whole() {
    return whole;
  }

  /** What a name is; null when this scan does not tell. */
  @Nullable Found find(String name) {
    DirectoryListing all;
    Part part;
    long since;
    synchronized (this) {
      all = whole;
      since = begunAt;
      part = all == null ? partOf(name.getBytes(UTF_8)) : null;
    }
    if (all != null) {
      return new Found(all.find(name), since);
    }
    int index = part == null ? -1 : part.entries.indexOf(name.getBytes(UTF_8));
    return part == null || index < 0
        ? null
        : new Found(part.entries.metadata(index), part.fetchedAt);
  }

  private @Nullable Part partOf(byte[] name) {
    int low = -1;
    int high = parts.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >> 1;
      if (parts.get(middle).entries.compare(0, name) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low < 0 ? null : parts.get(low);
  }

  /** Where a position leads. What is to be fetched for it is being fetched then. */
  Place at(long position) {
    Place place;
    boolean begin;
    boolean isFirst;
    synchronized (this) {
      isFirst = !read;
      read = true;
      if (position < (parts.isEmpty() ? end : parts.get(0).start)) {
        return new Place(Step.FORGOTTEN, null, null);
      }
      int index = indexOf(position);
      wanted = Math.max(wanted, count - parts.size() + index + 1 + PAGES_AHEAD);
      place =
          index < parts.size()
              ? new Place(Step.PART, parts.get(index), null)
              : listed
                  ? new Place(Step.END, null, null)
                  : full
                      ? new Place(Step.BEYOND, null, null)
                      : new Place(Step.LATER, null, arrival);
      begin = begins();
    }
    if (isFirst) {
      onRead.run();
    }
    if (begin) {
      begin();
    }
    return place;
  }

  /** Fetches so many parts more than are here, unless as many are wanted already; does not wait. */
  void want(int more) {
    boolean begin;
    synchronized (this) {
      wanted = Math.max(wanted, count + more);
      begin = begins();
    }
    if (begin) {
      begin();
    }
  }

  /** Completes when nothing is being fetched, with whether the last request succeeded. */
  CompletableFuture<Boolean> settled() {
    CompletableFuture<Void> waited;
    synchronized (this) {
      if (!fetching) {
        return CompletableFuture.completedFuture(!broken);
      }
      waited = arrival;
    }
    return waited.handle((arrived, failure) -> failure).thenCompose(failure -> settled());
  }

  /** A scan of what this one, which is full, has not; for one reader. */
  DirectoryScan beyond() {
    DirectoryPages from;
    long start;
    synchronized (this) {
      if (!full) {
        throw new IllegalStateException(what + " is not full");
      }
      from = pages.rest(); // nobody fetches any more
      start = end;
    }
    return new DirectoryScan(from, executor, ticker, what, Long.MAX_VALUE, true, start, scan -> {});
  }

  /** Index of the part that holds a position, or their number. */
  private int indexOf(long position) {
    int low = 0;
    int high = parts.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (parts.get(middle).end() <= position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private boolean begins() {
    if (fetching || !isWanting()) {
      return false;
    }
    fetching = true;
    return true;
  }

  private boolean isWanting() {
    return !listed && !full && wanted > count;
  }

  private void begin() {
    CompletableFuture<Optional<SubtreeScan.Listed>> answer;
    synchronized (this) {
      answer = elsewhere;
      elsewhere = null;
    }
    if (answer == null) {
      ask();
    } else {
      var unused =
          answer.thenAccept(listed -> listed.ifPresentOrElse(this::arrivedElsewhere, this::ask));
    }
  }

  private void ask() {
    try {
      executor.execute(this::fetch);
    } catch (RuntimeException e) { // shutting down
      failed(e);
    }
  }

  private void fetch() {
    try {
      long fetchedAt;
      do {
        fetchedAt = ticker.read();
      } while (arrived(pages.next(), fetchedAt));
    } catch (StoreException | RuntimeException e) {
      failed(e);
    } catch (Error e) {
      failed(e);
      throw e;
    }
  }

  private void arrivedElsewhere(SubtreeScan.Listed answer) {
    CompletableFuture<Void> waited;
    synchronized (this) {
      answer.listing().parts().forEach(part -> add(part, answer.fetchedAt()));
      begunAt = Math.min(begunAt, answer.fetchedAt());
      listed = true;
      whole = answer.listing();
      fetching = false;
      waited = arrival;
    }
    onChange.accept(this);
    waited.complete(null);
  }

  private void failed(Throwable failure) {
    CompletableFuture<Void> waited;
    synchronized (this) {
      fetching = false;
      broken = true;
      wanted = count;
      waited = arrival;
      arrival = new CompletableFuture<>();
    }
    onChange.accept(this);
    waited.completeExceptionally(StoreWait.failure(failure, what));
  }

  /** Whether to go on. */
  private boolean arrived(ListedEntries entries, long fetchedAt) {
    CompletableFuture<Void> waited;
    boolean goesOn;
    synchronized (this) {
      broken = false;
      add(entries, fetchedAt);
      if (!pages.hasNext()) {
        end(fetchedAt);
      } else if (bytes > mostBytes) {
        full = true;
      }
      goesOn = isWanting();
      fetching = goesOn;
      waited = arrival;
      arrival = new CompletableFuture<>();
    }
    onChange.accept(this);
    waited.complete(null);
    return goesOn;
  }

  private void add(ListedEntries entries, long fetchedAt) {
    if (entries.size() == 0) {
      return;
    }
    Part part = new Part(entries, end, fetchedAt);
    parts.add(part);
    count++;
    end = part.end();
    bytes += entries.bytes() + 40;
    if (forgets && parts.size() > PARTS_KEPT) {
      bytes -= parts.remove(0).entries.bytes() + 40;
    }
  }

  private void end(long fetchedAt) {
    listed = true;
    Map<byte[], Metadata> late = pages.late();
    List<ListedEntries> inOrder = parts.stream().map(Part::entries).toList();
    if (!late.isEmpty()) {
      // Behind all others for those who are reading; in its place for those who ask for a name.
      DirectoryListing known = new DirectoryListing(inOrder);
      ListedEntries.Builder unknown = new ListedEntries.Builder();
      late.forEach(
          (name, metadata) -> {
            if (known.indexOf(new String(name, UTF_8)) < 0) {
              unknown.add(name, metadata);
            }
          });
      add(unknown.build(), fetchedAt);
    }
    if (!forgets) {
      whole = DirectoryListing.of(inOrder, late);
    }
  }
}
