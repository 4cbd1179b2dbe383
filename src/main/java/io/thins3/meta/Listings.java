package io.thins3.meta;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.thins3.config.BucketMount;
import io.thins3.store.ListRequest;
import io.thins3.store.ObjectStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The listings of a bucket's directories that are believed: those that are there, and those that
 * are under way, which all who ask in the meantime read. Each is believed for its TTL from the
 * moment it was begun, and weighs what it takes in memory. Thread-safe; nothing here waits.
 */
final class Listings {
  private final ObjectStore store;
  private final BucketMount mount;
  private final Executor executor;
  private final Ticker ticker;
  private final HiddenKeys hidden;
  private final long mostBytes;
  private final long ttlNanos;
  private final Refreshes refreshes;
  private final TreeCounters counters;
  private final Walks walks;
  private final Cache<String, DirectoryScan> scans;

  /**
   * @param bytes of all listings together; one of more than half of it is not kept whole
   */
  Listings(
      ObjectStore store,
      BucketMount mount,
      Executor executor,
      Ticker ticker,
      HiddenKeys hidden,
      Refreshes refreshes,
      TreeCounters counters,
      long bytes) {
    this.store = store;
    this.mount = mount;
    this.executor = executor;
    this.ticker = ticker;
    this.hidden = hidden;
    this.refreshes = refreshes;
    this.counters = counters;
    this.walks = new Walks(this::whole, this::subtree);
    this.mostBytes = bytes / 2;
    this.ttlNanos = TimeToLive.saturatedNanos(mount.metadataTtl());
    this.scans =
        Caffeine.newBuilder()
            .maximumWeight(bytes)
            .weigher(
                (String path, DirectoryScan scan) ->
                    (int) Math.min(Integer.MAX_VALUE, scan.bytes() + 2L * path.length()))
            .ticker(ticker)
            .executor(executor)
            .expireAfter(new FromItsBeginning())
            .build();
  }

  private final class FromItsBeginning implements Expiry<String, DirectoryScan> {
    @Override
    public long expireAfterCreate(String path, DirectoryScan scan, long now) {
      return ttlNanos == Long.MAX_VALUE
          ? Long.MAX_VALUE
          : Math.max(0, ttlNanos - (now - scan.begunAt()));
    }

    @Override
    public long expireAfterUpdate(String path, DirectoryScan scan, long now, long left) {
      return expireAfterCreate(path, scan, now);
    }

    @Override
    public long expireAfterRead(String path, DirectoryScan scan, long now, long left) {
      return left;
    }
  }

  /**
   * The listing of a directory that a program reads: that which is believed, or a new one. With a
   * TTL of 0 each is new.
   */
  DirectoryScan read(String path) {
    if (ttlNanos == 0) {
      return begin(path);
    }
    DirectoryScan known = scans.getIfPresent(path);
    SubtreeScan subtree = walks.reads(path, known != null);
    return known == null ? open(path, subtree) : known;
  }

  /** The listing of a directory that is believed, or a new one, for what is done ahead. */
  DirectoryScan open(String path) {
    DirectoryScan known = scans.getIfPresent(path);
    return known == null ? open(path, walks.find(path)) : known;
  }

  private DirectoryScan open(String path, @Nullable SubtreeScan subtree) {
    if (subtree == null) {
      return scans.get(path, this::begin);
    }
    // Asked for outside of the cache: what is complete goes into it.
    CompletableFuture<Optional<SubtreeScan.Listed>> answer = subtree.await(path);
    return scans.get(path, key -> begin(key).first(answer));
  }

  private SubtreeScan subtree(String top, String first) {
    return new SubtreeScan(
        (request, order) -> {
          counters.walkPages.increment();
          return store.list(request, order);
        },
        mount.prefix(),
        top,
        first,
        executor,
        ticker,
        refreshes,
        key -> hidden.add(store.bucket(), key),
        (path, listed, used) -> {
          counters.walkDirectories.increment();
          DirectoryScan scan = new DirectoryScan(listed.listing(), listed.fetchedAt(), used);
          scans.asMap().putIfAbsent(path, scan);
        },
        () -> walks.alone(top));
  }

  /** The listing of a directory that is believed, or null. */
  @Nullable DirectoryScan known(String path) {
    return scans.getIfPresent(path);
  }

  /**
   * Fetches more of a directory's listing, for lookups. One that is whole, and does not prove
   * absences any more, is made anew, if it is no larger than that.
   *
   * @param parts of {@link ListRequest#MAX_KEYS} entries
   */
  void listMore(String path, int parts) {
    DirectoryScan known = scans.getIfPresent(path);
    DirectoryListing whole = known == null ? null : known.whole();
    if (known != null && whole != null) {
      if (whole.size() > parts * ListRequest.MAX_KEYS) {
        return;
      }
      scans.asMap().remove(path, known);
    }
    open(path).want(parts);
  }

  /** Bytes of all listings that are held, about. */
  long bytes() {
    return scans.policy().eviction().stream()
        .mapToLong(eviction -> eviction.weightedSize().orElse(0))
        .sum();
  }

  private DirectoryScan begin(String path) {
    counters.listings.increment();
    String prefix = mount.prefix() + (path.isEmpty() ? "" : path + "/");
    DirectoryPages pages =
        new DirectoryPages(store::list, prefix, key -> hidden.add(store.bucket(), key));
    return new DirectoryScan(
        pages,
        executor,
        ticker,
        "listing of s3://" + store.bucket() + "/" + prefix,
        mostBytes,
        scan -> changed(path, scan));
  }

  private void changed(String path, DirectoryScan scan) {
    if (scan.isBroken()) {
      scans.asMap().remove(path, scan); // those who read it may have more of it; nobody else
    } else {
      scans.asMap().replace(path, scan, scan); // weighs it anew
    }
  }

  /** The listing of a directory that is believed, if all of it is there. */
  @Nullable DirectoryListing whole(String path) {
    DirectoryScan scan = scans.getIfPresent(path);
    return scan == null ? null : scan.whole();
  }

  /**
   * One name was changed by this mount: a listing that is there has it from now on, one that is
   * under way, which may be of before or after it, is read by those only who read it already.
   *
   * @param metadata what the name is now; null: it is gone
   */
  void changed(String directory, String name, @Nullable Metadata metadata) {
    scans
        .asMap()
        .computeIfPresent(
            directory,
            (path, scan) -> {
              DirectoryListing whole = scan.whole();
              return whole == null
                  ? null
                  : new DirectoryScan(whole.with(name, metadata), scan.begunAt(), () -> {});
            });
  }

  /** A directory was just made. */
  void empty(String directory) {
    if (ttlNanos > 0) {
      scans.put(
          directory,
          new DirectoryScan(DirectoryListing.of(List.of(), Map.of()), ticker.read(), () -> {}));
    }
  }

  /** Drops listings. */
  void drop(Predicate<String> paths) {
    scans.asMap().keySet().removeIf(paths);
  }

  /** Drops the listing of a directory if it says something wrong, or nothing yet. */
  void dropIf(String path, Predicate<DirectoryScan> wrong) {
    DirectoryScan scan = scans.getIfPresent(path);
    if (scan != null && wrong.test(scan)) {
      scans.asMap().remove(path, scan);
    }
  }
}
