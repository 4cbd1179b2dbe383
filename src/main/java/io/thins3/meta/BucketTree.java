package io.thins3.meta;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.thins3.config.BucketMount;
import io.thins3.meta.Metadata.FileMetadata;
import io.thins3.store.ObjectStore;
import io.thins3.store.StoreException;
import io.thins3.store.StoreWait;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
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
  /** Bytes of a lookup without its path: metadata, ETag, future, and the cache's node. */
  private static final int BYTES_OF_LOOKUP = 400;

  /** Parts of a listing, of a thousand names each, that a burst of lookups has fetched. */
  private static final int PARTS_OF_BURST = 4;

  private final ObjectStore store;
  private final BucketMount mount;
  private final Ticker ticker;
  private final NameQuestion question;
  private final HiddenKeys hidden = new HiddenKeys();
  private final Refreshes refreshes = new Refreshes();
  private final long positiveNanos;
  private final long negativeNanos;
  private final Duration deadline;
  private final AsyncCache<String, Outcome<Optional<Metadata>>> lookups;
  private final Listings listings;
  private final LookupBursts bursts;
  private final TreeCounters counters = new TreeCounters();

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
    this.ticker = ticker;
    this.deadline = deadline;
    this.question = new NameQuestion(store, mount, executor);
    this.positiveNanos = TimeToLive.saturatedNanos(mount.metadataTtl());
    this.negativeNanos = TimeToLive.saturatedNanos(mount.negativeTtl());
    this.lookups =
        Caffeine.newBuilder()
            .maximumWeight(limits.lookupBytes())
            .weigher(
                (String path, Outcome<Optional<Metadata>> known) -> BYTES_OF_LOOKUP + path.length())
            .ticker(ticker)
            .executor(executor)
            .expireAfter(new TimeToLive<Outcome<Optional<Metadata>>>(this::ttl))
            .buildAsync();
    this.listings =
        new Listings(
            store, mount, executor, ticker, hidden, refreshes, counters, limits.listingBytes());
    this.bursts = new LookupBursts(ticker);
  }

  /** What lies at a path. The root is always a directory and is not asked for. */
  public Lookup lookup(String path) throws StoreException {
    if (path.isEmpty()) {
      return new Lookup(new Metadata.DirectoryMetadata(), mount.metadataTtl());
    }
    Lookup fromListing = fromListing(path);
    if (fromListing != null) {
      counters.lookupsCached.increment();
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
                  counters.lookupsAsked.increment();
                  listIfBurst(key);
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

  private void listIfBurst(String path) {
    String directory = Names.parent(path);
    if (positiveNanos > 0 && bursts.asked(directory, Names.last(path))) {
      counters.bursts.increment();
      listings.listMore(directory, PARTS_OF_BURST);
    }
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
      counters.lookupsCached.increment();
      return fromListing;
    }
    CompletableFuture<Outcome<Optional<Metadata>>> future = lookups.getIfPresent(path);
    Outcome<Optional<Metadata>> known = future == null ? null : future.getNow(null);
    if (known == null || known.value == null) {
      return null;
    }
    counters.lookupsCached.increment();
    return new Lookup(known.value.orElse(null), remaining(ttl(known), known.fetchedAt));
  }

  /**
   * Opens a directory to read its entries: from the listing that is believed, or one that begins
   * now. Asks nothing yet and does not wait.
   */
  public DirectoryReader read(String path) {
    long mark = refreshes.mark();
    return new DirectoryReader(
        listings.read(path),
        refreshes,
        mark,
        fetchedAt -> remaining(positiveNanos, fetchedAt),
        deadline,
        "listing of " + name(path));
  }

  /**
   * The entries of a directory if they were listed and may still be believed: asks nothing and does
   * not wait.
   */
  public @Nullable DirectoryListing listedNow(String path) {
    return listings.whole(path);
  }

  /**
   * Begins to list a directory that is going to be listed, unless that was begun already; returns
   * at once.
   *
   * @return completes when as much of it is there as is fetched ahead, with whether it is; never
   *     with a failure
   */
  public CompletableFuture<Boolean> listAhead(String path) {
    DirectoryScan scan = listings.open(path);
    scan.at(0);
    return scan.settled();
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
    CompletableFuture<Outcome<Optional<Metadata>>> future = lookups.getIfPresent(path);
    if (future != null) {
      Outcome<Optional<Metadata>> known = future.getNow(null);
      if (known == null || known.value == null || isVersion(known.value.orElse(null), etag, size)) {
        lookups.asMap().remove(path, future);
      }
    }
    listings.dropIf(
        Names.parent(path),
        scan -> {
          DirectoryScan.Found found = scan.find(Names.last(path));
          return found == null || isVersion(found.metadata(), etag, size);
        });
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
    listings.drop(key -> Names.isAtOrBelow(key, path) || Refreshes.isListedIn(path, key));
    refreshes.add(path); // and last: who took a listing while they were swept is told by it
  }

  /**
   * This mount has changed a path: who asks from now on gets this. Answers that are on their way,
   * which may be of before, reach only who asked before.
   *
   * @param metadata what is there now; null: nothing
   */
  public void changed(String path, @Nullable Metadata metadata) {
    long now = ticker.read();
    refreshes.add(path); // first, as in refresh
    lookups.put(
        path,
        CompletableFuture.completedFuture(
            new Outcome<>(Optional.ofNullable(metadata), null, now, false)));
    listings.changed(Names.parent(path), Names.last(path), metadata);
    refreshes.add(path); // and last, as in refresh
  }

  /** This mount has made a directory: it is there, and empty. */
  public void created(String directory) {
    changed(directory, new Metadata.DirectoryMetadata());
    listings.empty(directory);
  }

  /** What was counted so far, and what is held. */
  public TreeCounts counts() {
    long lookupBytes =
        lookups.synchronous().policy().eviction().stream()
            .mapToLong(eviction -> eviction.weightedSize().orElse(0))
            .sum();
    return counters.counts(hidden.count(), listings.bytes(), lookupBytes);
  }

  private @Nullable Lookup fromListing(String path) {
    DirectoryScan scan = listings.known(Names.parent(path));
    DirectoryScan.Found found = scan == null ? null : scan.find(Names.last(path));
    if (found == null) {
      return null;
    }
    Metadata metadata = found.metadata();
    Duration validFor =
        remaining(metadata == null ? negativeNanos : positiveNanos, found.fetchedAt());
    // A listing says what is absent only for as long as an absence is believed.
    return metadata == null && validFor.isZero() ? null : new Lookup(metadata, validFor);
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
