package io.thins3.meta;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.thins3.config.BucketMount;
import io.thins3.meta.Metadata.FileMetadata;
import io.thins3.store.ListRequest;
import io.thins3.store.ObjectStore;
import io.thins3.store.StoreException;
import io.thins3.store.StoreWait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The tree of paths that a bucket's keys form, behind a cache.
 *
 * <p>A lookup is answered, in this order, from a fresh listing of the parent directory (which knows
 * also what is <em>not</em> there), from a fresh lookup of the same path, and from the store, where
 * a path may be an object, a directory, or both: the directory wins. Concurrent questions about one
 * path share the requests.
 *
 * <p>Paths have no leading and no trailing slash; the root is the empty path. Thread-safe. Methods
 * wait for the store; what they wait for runs on the executor, whose tasks never wait for each
 * other, so that a pool of any size makes progress.
 */
public final class BucketTree {
  /**
   * Longest wait for a whole listing. Each page ends by the store's deadlines, and a directory of
   * ten million entries is ten thousand pages.
   */
  private static final Duration LISTING_DEADLINE = Duration.ofMinutes(30);

  private final ObjectStore store;
  private final BucketMount mount;
  private final Executor executor;
  private final Ticker ticker;
  private final NameQuestion question;
  private final HiddenKeys hidden = new HiddenKeys();
  private final Refreshes refreshes = new Refreshes();
  private final long positiveNanos;
  private final long negativeNanos;
  private final Duration deadline;
  private final AsyncCache<String, Outcome<Optional<Metadata>>> lookups;
  private final AsyncCache<String, Outcome<DirectoryListing>> listings;

  /**
   * The outcome of a request, good or bad. A failure is a value here, one that lives for no time:
   * as a failed future the cache would log it, and so would the operation. An answer that was on
   * its way during a refresh lives for no time, either.
   */
  private record Outcome<T>(
      @Nullable T value, @Nullable StoreException failure, long fetchedAt, boolean refreshed) {
    T get() throws StoreException {
      if (failure != null) {
        throw failure;
      }
      return Objects.requireNonNull(value);
    }
  }

  /**
   * Creates the tree of one mount.
   *
   * @param store the mount's bucket
   * @param mount prefix, TTLs and the way lookups are asked
   * @param executor runs the requests
   * @param ticker the clock of the TTLs
   * @param limits how much is remembered
   * @param deadline longest wait for an answer; longer than the store's own retries take
   */
  public BucketTree(
      ObjectStore store,
      BucketMount mount,
      Executor executor,
      Ticker ticker,
      CacheLimits limits,
      Duration deadline) {
    this.store = store;
    this.mount = mount;
    this.executor = executor;
    this.ticker = ticker;
    this.deadline = deadline;
    this.question = new NameQuestion(store, mount, executor);
    this.positiveNanos = TimeToLive.saturatedNanos(mount.metadataTtl());
    this.negativeNanos = TimeToLive.saturatedNanos(mount.negativeTtl());
    this.lookups =
        Caffeine.newBuilder()
            .maximumSize(limits.lookupBytes() / 400)
            .ticker(ticker)
            .executor(executor)
            .expireAfter(new TimeToLive<Outcome<Optional<Metadata>>>(this::ttl))
            .buildAsync();
    this.listings =
        Caffeine.newBuilder()
            .maximumWeight(limits.listingBytes())
            .weigher((String path, Outcome<DirectoryListing> listed) -> weight(listed))
            .ticker(ticker)
            .executor(executor)
            .expireAfter(
                new TimeToLive<Outcome<DirectoryListing>>(
                    listed -> listed.failure == null && !listed.refreshed ? positiveNanos : 0))
            .buildAsync();
  }

  /** What lies at a path. The root is always a directory and is not asked for. */
  public Lookup lookup(String path) throws StoreException {
    if (path.isEmpty()) {
      return new Lookup(new Metadata.DirectoryMetadata(), mount.metadataTtl());
    }
    Lookup fromListing = fromListing(path);
    if (fromListing != null) {
      return fromListing;
    }
    String what = "lookup of " + name(path);
    Outcome<Optional<Metadata>> known =
        StoreWait.await(
            lookups.get(
                path,
                (key, unused) -> {
                  long fetchedAt = ticker.read(); // what is asked now may change while it travels
                  long mark = refreshes.mark();
                  return question
                      .ask(key)
                      .handle(
                          (found, failure) ->
                              outcome(found, failure, fetchedAt, refreshes.cover(mark, key), what));
                }),
            deadline,
            what);
    return new Lookup(known.get().orElse(null), remaining(ttl(known), known.fetchedAt));
  }

  /**
   * The answer of {@link #lookup} if it is known already: asks nothing and does not wait.
   *
   * @return null when the store is to be asked, or its answer is on its way, or was a failure
   */
  public @Nullable Lookup lookupNow(String path) {
    if (path.isEmpty()) {
      return new Lookup(new Metadata.DirectoryMetadata(), mount.metadataTtl());
    }
    Lookup fromListing = fromListing(path);
    if (fromListing != null) {
      return fromListing;
    }
    CompletableFuture<Outcome<Optional<Metadata>>> future = lookups.getIfPresent(path);
    Outcome<Optional<Metadata>> known = future == null ? null : future.getNow(null);
    return known == null || known.value == null
        ? null
        : new Lookup(known.value.orElse(null), remaining(ttl(known), known.fetchedAt));
  }

  /** The entries of a directory, all pages of them. */
  public Listing list(String path) throws StoreException {
    Outcome<DirectoryListing> listed =
        StoreWait.await(listing(path), LISTING_DEADLINE, "listing of " + name(path));
    return new Listing(
        listed.get(),
        listed.refreshed ? Duration.ZERO : remaining(positiveNanos, listed.fetchedAt));
  }

  /**
   * The entries of a directory if they were listed and may still be believed: asks nothing and does
   * not wait.
   */
  public @Nullable DirectoryListing listedNow(String path) {
    CompletableFuture<Outcome<DirectoryListing>> future = listings.getIfPresent(path);
    Outcome<DirectoryListing> listed = future == null ? null : future.getNow(null);
    return listed == null ? null : listed.value;
  }

  /**
   * Begins to list a directory that is going to be listed, unless that was begun already; returns
   * at once.
   *
   * @return completes with whether it was listed, never with a failure
   */
  public CompletableFuture<Boolean> listAhead(String path) {
    try {
      return listing(path).handle((listed, failure) -> listed != null && listed.value != null);
    } catch (RejectedExecutionException e) { // shutting down
      return CompletableFuture.completedFuture(false);
    }
  }

  private CompletableFuture<Outcome<DirectoryListing>> listing(String path) {
    return listings.get(
        path,
        (key, unused) -> {
          long fetchedAt = ticker.read();
          long mark = refreshes.mark();
          return CompletableFuture.supplyAsync(() -> StoreWait.complete(() -> fetch(key)), executor)
              .handle(
                  (found, failure) ->
                      outcome(
                          found,
                          failure,
                          fetchedAt,
                          refreshes.coverListing(mark, key),
                          "listing of " + name(path)));
        });
  }

  /**
   * Drops what is known of a path, because the store has shown that a version is not there any
   * more. The parent's listing goes too, if it says the same. What tells of another version stays:
   * one who reads on through an old descriptor must not cost all others their listing. Answers that
   * are on their way may be of before, and are not waited for by who asks from now on.
   *
   * @param etag of the version that is gone
   * @param size of that version, bytes
   */
  public void forget(String path, String etag, long size) {
    forget(lookups, path, known -> isVersion(known.orElse(null), etag, size));
    forget(
        listings,
        Names.parent(path),
        listed -> isVersion(listed.find(Names.last(path)), etag, size));
  }

  private static <T> void forget(
      AsyncCache<String, Outcome<T>> cache, String path, Predicate<T> isWrong) {
    CompletableFuture<Outcome<T>> future = cache.getIfPresent(path);
    if (future == null) {
      return;
    }
    Outcome<T> known = future.getNow(null);
    if (known == null || known.value == null || isWrong.test(known.value)) {
      cache.asMap().remove(path, future);
    }
  }

  private static boolean isVersion(@Nullable Metadata metadata, String etag, long size) {
    return metadata instanceof FileMetadata file && file.size() == size && file.etag().equals(etag);
  }

  /**
   * Drops what is known at and below a path, whether it is there or not, and the listing that has
   * its name. Who asks from now on gets the store's answer; those that are on their way reach only
   * who asked before, and are not remembered. What says that a directory above it is none is
   * dropped, too. Asks nothing and does not wait.
   */
  public void refresh(String path) {
    drop(path);
    for (String above = path; !above.isEmpty(); ) {
      above = Names.parent(above);
      Lookup known = lookupNow(above);
      if (known == null
          ? lookups.getIfPresent(above) != null // on its way
          : !(known.metadata() instanceof Metadata.DirectoryMetadata)) {
        drop(above);
      }
    }
  }

  private void drop(String path) {
    refreshes.add(path); // first: an answer that arrives while the caches are swept is not kept
    lookups.asMap().keySet().removeIf(key -> Names.isAtOrBelow(key, path));
    listings
        .asMap()
        .keySet()
        .removeIf(key -> Names.isAtOrBelow(key, path) || Refreshes.isListedIn(path, key));
  }

  /** What {@link #isRefreshed} is to be asked with later. */
  public long refreshMark() {
    return refreshes.mark();
  }

  /** Whether an entry of a directory's listing was refreshed since a mark. */
  public boolean isRefreshed(long mark, String path) {
    return refreshes.cover(mark, path);
  }

  /** How often a key that no path leads to was met in a listing. */
  public long hiddenKeys() {
    return hidden.count();
  }

  private @Nullable Lookup fromListing(String path) {
    CompletableFuture<Outcome<DirectoryListing>> future = listings.getIfPresent(Names.parent(path));
    Outcome<DirectoryListing> listed = future == null ? null : future.getNow(null);
    if (listed == null || listed.value == null) {
      return null;
    }
    Metadata metadata = listed.value.find(Names.last(path));
    Duration validFor =
        remaining(metadata == null ? negativeNanos : positiveNanos, listed.fetchedAt);
    // A listing says what is absent only for as long as an absence is believed.
    return metadata == null && validFor.isZero() ? null : new Lookup(metadata, validFor);
  }

  private DirectoryListing fetch(String path) throws StoreException {
    String prefix = mount.prefix() + (path.isEmpty() ? "" : path + "/");
    LevelOrder order = new LevelOrder(prefix, key -> hidden.add(store.bucket(), key));
    List<ListedEntries> parts = new ArrayList<>();
    ListRequest request = ListRequest.directory(prefix);
    while (true) {
      String next = store.list(request, order);
      if (next == null) {
        order.end();
        parts.add(order.take());
        return DirectoryListing.of(parts, order.late());
      }
      parts.add(order.take());
      request = request.after(next);
    }
  }

  private String name(String path) {
    return "s3://" + store.bucket() + "/" + mount.prefix() + path;
  }

  private static <T> Outcome<T> outcome(
      @Nullable T value,
      @Nullable Throwable failure,
      long fetchedAt,
      boolean refreshed,
      String what) {
    return failure == null
        ? new Outcome<>(value, null, fetchedAt, refreshed)
        : new Outcome<>(null, StoreWait.failure(failure, what), fetchedAt, refreshed);
  }

  private static int weight(Outcome<DirectoryListing> listed) {
    return 1 + (listed.value == null ? 0 : (int) Math.min(1 << 30, listed.value.bytes()));
  }

  private long ttl(Outcome<Optional<Metadata>> known) {
    if (known.value == null || known.refreshed) {
      return 0;
    }
    return known.value.isEmpty() ? negativeNanos : positiveNanos;
  }

  private Duration remaining(long ttlNanos, long fetchedAt) {
    return ttlNanos == Long.MAX_VALUE
        ? Duration.ofNanos(Long.MAX_VALUE)
        : Duration.ofNanos(Math.max(0, ttlNanos - (ticker.read() - fetchedAt)));
  }
}
