package io.thins3.meta;

import com.github.benmanes.caffeine.cache.Ticker;
import io.thins3.store.KeyOrder;
import io.thins3.store.ListRequest;
import io.thins3.store.StoreException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lists many directories of a subtree in one go, for a program that walks through it.
 *
 * <pre>
 *            asked for one, or          page: enough
 *            those there are read       ◄───────────
 *   IDLE ──────────────────────► FETCHING ──────────► IDLE
 *                                  │
 *                                  └─ the last page, a failure, no use ──► OVER
 * </pre>
 *
 * <p>It looks ahead of the walk by as many pages as directories of it were read, {@link
 * #PAGES_AHEAD} at most. It is no use when its first page completes fewer than {@link
 * #LEAST_DIRECTORIES}, which their own listings would have cost no more; or when twice in a row a
 * directory that a program waits for is not complete after {@link #PATIENCE} pages: the walk is
 * somewhere else, or in a directory so large that its own listing comes first. Thread-safe; the
 * lock is never held during a request.
 */
final class SubtreeScan {
  /** Pages beyond the one that the walk is in. */
  static final int PAGES_AHEAD = 4;

  /** Directories that the first page has to save. */
  static final int LEAST_DIRECTORIES = 2;

  /** Pages that a program waits for one directory, before that is listed by itself. */
  static final int PATIENCE = 2;

  private static final int MOST_MISSES = 2;

  /** Takes directories that are complete, and says how they are used. */
  interface Sink {
    /**
     * A directory.
     *
     * @param used runs when a program reads it
     */
    void listed(String path, Listed listed, Runnable used);
  }

  /**
   * A directory's listing.
   *
   * @param fetchedAt when its first page was asked for, nanoseconds of the ticker
   */
  record Listed(DirectoryListing listing, long fetchedAt) {}

  private record Waiting(CompletableFuture<Optional<Listed>> future, int untilPage) {}

  private record Complete(String path, Listed listed, SubtreeOrder.Page page) {}

  private final DirectoryPages.Source source;
  private final String keyPrefix;
  private final String top;
  private final String startKey;
  private final Executor executor;
  private final Ticker ticker;
  private final Refreshes refreshes;
  private final Sink sink;
  private final Runnable onNoUse;

  // Of the thread that fetches.
  private final SubtreeOrder order;
  private ListRequest next;
  private List<Complete> completed = new ArrayList<>();

  // Guarded by this.
  private final Map<String, Waiting> waiting = new LinkedHashMap<>();
  private @Nullable String lastKey;
  private int pages;
  private int wanted;
  private int directories;
  private int used;
  private int misses;
  private boolean fetching;
  private boolean over;

  /**
   * A scan that has not begun.
   *
   * @param keyPrefix of the mount
   * @param top path of the directory that holds the subtree; its own listing is not made
   * @param first name in it at which the scan begins
   * @param hidden takes keys that no path leads to
   * @param onNoUse runs when the first page has shown that it is no use
   */
  SubtreeScan(
      DirectoryPages.Source source,
      String keyPrefix,
      String top,
      String first,
      Executor executor,
      Ticker ticker,
      Refreshes refreshes,
      Consumer<String> hidden,
      Sink sink,
      Runnable onNoUse) {
    this.source = source;
    this.keyPrefix = keyPrefix;
    this.top = top;
    this.executor = executor;
    this.ticker = ticker;
    this.refreshes = refreshes;
    this.sink = sink;
    this.onNoUse = onNoUse;
    String topPrefix = prefix(top);
    this.startKey = topPrefix + first + "/";
    this.order =
        new SubtreeOrder(
            top,
            topPrefix,
            hidden,
            (path, listing, page) ->
                completed.add(new Complete(path, new Listed(listing, page.fetchedAt()), page)));
    this.next = ListRequest.below(topPrefix, startKey);
  }

  private String prefix(String path) {
    return keyPrefix + (path.isEmpty() ? "" : path + "/");
  }

  /** Whether this scan comes to a directory, or is in it. */
  synchronized boolean mayReach(String path) {
    return reaches(path);
  }

  private boolean reaches(String path) {
    if (over || path.equals(top) || !Names.isAtOrBelow(path, top)) {
      return false;
    }
    String prefix = prefix(path);
    return KeyOrder.compare(prefix, startKey) >= 0
        && (lastKey == null || lastKey.startsWith(prefix) || KeyOrder.compare(lastKey, prefix) < 0);
  }

  /**
   * Waits for a directory.
   *
   * @return completes empty when it is to be listed by itself; never fails
   */
  CompletableFuture<Optional<Listed>> await(String path) {
    CompletableFuture<Optional<Listed>> future;
    synchronized (this) {
      if (!reaches(path)) {
        return CompletableFuture.completedFuture(Optional.empty());
      }
      Waiting known = waiting.get(path);
      if (known != null) {
        return known.future;
      }
      future = new CompletableFuture<>();
      waiting.put(path, new Waiting(future, pages + PATIENCE));
    }
    beginIfWanted();
    return future;
  }

  /** A program reads a directory that was completed here. */
  private void read(int page) {
    synchronized (this) {
      countRead(page);
    }
    beginIfWanted();
  }

  private void countRead(int page) {
    used++;
    wanted = Math.max(wanted, page + Math.min(used - 1, PAGES_AHEAD));
  }

  private void beginIfWanted() {
    synchronized (this) {
      if (fetching || !isWanting()) {
        return;
      }
      fetching = true;
    }
    try {
      executor.execute(this::fetch);
    } catch (RuntimeException e) { // shutting down
      end();
    }
  }

  private boolean isWanting() {
    return !over && (wanted > pages || !waiting.isEmpty());
  }

  private void fetch() {
    try {
      boolean last;
      do {
        last = page();
      } while (arrived(last));
    } catch (StoreException e) {
      end(); // the store's log has it, and each directory is listed by itself now
    } catch (RuntimeException | Error e) {
      end();
      throw e;
    }
  }

  /** Whether it was the last. */
  private boolean page() throws StoreException {
    int number;
    synchronized (this) {
      number = pages + 1;
    }
    order.begin(new SubtreeOrder.Page(ticker.read(), refreshes.mark(), number));
    String token = source.list(next, order);
    if (token == null) {
      order.endAll();
      return true;
    }
    order.end();
    next = next.after(token);
    return false;
  }

  /** Gives what the last page has completed to whom it may concern. Whether to go on. */
  private boolean arrived(boolean last) {
    List<Complete> page = completed;
    completed = new ArrayList<>();
    // Listings that may be of before a refresh, or a change by this mount, are nobody's.
    page.removeIf(one -> refreshes.coverListing(one.page.mark(), one.path));
    Map<CompletableFuture<Optional<Listed>>, Optional<Listed>> answers = new LinkedHashMap<>();
    Set<Complete> asked = new HashSet<>();
    boolean goesOn;
    boolean noUse;
    synchronized (this) {
      pages++;
      lastKey = order.lastKey();
      directories += page.size();
      for (Complete one : page) {
        Waiting waited = waiting.remove(one.path);
        if (waited != null) {
          asked.add(one);
          misses = 0;
          countRead(one.page.number());
          answers.put(waited.future, Optional.of(one.listed));
        }
      }
      noUse = !last && pages == 1 && directories < LEAST_DIRECTORIES;
      misses += (int) waiting.values().stream().filter(one -> one.untilPage <= pages).count();
      over = over || last || noUse || misses >= MOST_MISSES;
      waiting
          .entrySet()
          .removeIf(
              one -> {
                boolean hopeless = one.getValue().untilPage <= pages || !reaches(one.getKey());
                if (hopeless) {
                  answers.put(one.getValue().future, Optional.empty());
                }
                return hopeless;
              });
      goesOn = isWanting();
      fetching = goesOn;
    }
    for (Complete one : page) {
      boolean counted = asked.contains(one);
      sink.listed(one.path, one.listed, counted ? () -> {} : () -> read(one.page.number()));
    }
    answers.forEach(CompletableFuture::complete);
    if (noUse) {
      onNoUse.run();
    }
    return goesOn;
  }

  private void end() {
    List<Waiting> left;
    synchronized (this) {
      over = true;
      fetching = false;
      left = List.copyOf(waiting.values());
      waiting.clear();
    }
    left.forEach(one -> one.future.complete(Optional.empty()));
  }
}
