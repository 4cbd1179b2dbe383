package io.thins3.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.config.BucketMount;
import io.thins3.meta.Metadata.DirectoryMetadata;
import io.thins3.meta.Metadata.FileMetadata;
import io.thins3.store.StoreException;
import io.thins3.store.StoreException.Kind;
import io.thins3.testing.FakeTicker;
import io.thins3.testing.Listed;
import io.thins3.testing.MemoryObjectStore;
import io.thins3.testing.Mounts;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BucketTreeTest {
  private static final Duration TTL = Duration.ofSeconds(60);
  private static final CacheLimits LIMITS = CacheLimits.ofBytes(16 << 20);
  private static final Duration NEGATIVE_TTL = Duration.ofSeconds(1);

  private final MemoryObjectStore store = new MemoryObjectStore();
  private final FakeTicker ticker = new FakeTicker();

  private BucketTree tree(BucketMount mount) {
    return new BucketTree(store, mount, Runnable::run, ticker, LIMITS, Duration.ofSeconds(30));
  }

  private BucketTree tree() {
    return tree(Mounts.mount("", TTL, NEGATIVE_TTL));
  }

  @Test
  void lookup_file_asksForBothMeanings() throws StoreException {
    store.put("a/b", "12345");

    assertThat(tree().lookup("a/b").metadata())
        .isInstanceOfSatisfying(FileMetadata.class, file -> assertThat(file.size()).isEqualTo(5));
    assertThat(store.requests()).containsExactlyInAnyOrder("HEAD a/b", "LIST a/b/");
  }

  @Test
  void lookup_implicitDirectory_isDirectory() throws StoreException {
    store.put("a/b", "");

    assertThat(tree().lookup("a").metadata()).isInstanceOf(DirectoryMetadata.class);
  }

  @Test
  void lookup_fileAndDirectoryOfOneName_directoryWins() throws StoreException {
    store.put("a", "file").put("a/b", "");
    BucketTree tree = tree();

    assertThat(tree.lookup("a").metadata()).isInstanceOf(DirectoryMetadata.class);
    assertThat(Listed.all(tree, "").find("a")).isInstanceOf(DirectoryMetadata.class);
  }

  @Test
  void lookup_noImplicitDirectories_needsMarker() throws StoreException {
    store.put("a/b", "").put("marked/", "");
    BucketTree tree = tree(Mounts.mount("/", "", TTL, NEGATIVE_TTL, false, false));

    assertThat(tree.lookup("a").metadata()).isNull();
    assertThat(tree.lookup("marked").metadata()).isInstanceOf(DirectoryMetadata.class);
  }

  @Test
  void lookup_noImplicitDirectoriesAfterListing_believesTheListing() throws StoreException {
    store.put("a/b", "");
    BucketTree tree = tree(Mounts.mount("/", "", TTL, NEGATIVE_TTL, false, false));
    Listed.all(tree, "");

    assertThat(tree.lookup("a").metadata()).isInstanceOf(DirectoryMetadata.class);
  }

  @Test
  void lookup_slowAnswer_itsAgeCountsFromTheQuestion() throws StoreException {
    store.put("f", "");
    store.setFault(request -> ticker.advance(Duration.ofSeconds(5)));

    assertThat(tree().lookup("f").validFor()).isEqualTo(Duration.ofSeconds(50));
  }

  @Test
  void lookup_cheap_asksInTurn() throws StoreException {
    store.put("file", "").put("dir/x", "");
    BucketTree tree = tree(Mounts.mount("/", "", TTL, NEGATIVE_TTL, true, true));

    tree.lookup("file");
    assertThat(store.takeRequests()).containsExactly("HEAD file");
    tree.lookup("dir");
    assertThat(store.takeRequests()).containsExactly("HEAD dir", "LIST dir/");
  }

  @Test
  void lookup_withinTtl_isCachedAndAgeCounts() throws StoreException {
    store.put("f", "");
    BucketTree tree = tree();
    tree.lookup("f");
    ticker.advance(Duration.ofSeconds(59));
    store.takeRequests();

    assertThat(tree.lookup("f").validFor()).isEqualTo(Duration.ofSeconds(1));
    assertThat(store.takeRequests()).isEmpty();

    ticker.advance(Duration.ofSeconds(2));
    tree.lookup("f");
    assertThat(store.takeRequests()).hasSize(2);
  }

  @Test
  void lookup_absent_isBelievedForNegativeTtlOnly() throws StoreException {
    BucketTree tree = tree();
    assertThat(tree.lookup("f").metadata()).isNull();
    store.put("f", "");
    assertThat(tree.lookup("f").metadata()).isNull();

    ticker.advance(Duration.ofMillis(1001));
    assertThat(tree.lookup("f").metadata()).isNotNull();
  }

  @Test
  void lookup_ttlZero_asksEveryTime() throws StoreException {
    store.put("f", "");
    BucketTree tree = tree(Mounts.mount("", Duration.ZERO, Duration.ZERO));
    tree.lookup("f");
    tree.lookup("f");

    assertThat(store.requests()).hasSize(4);
  }

  @Test
  void lookup_ttlIndefinite_neverExpires() throws StoreException {
    store.put("f", "");
    BucketTree tree = tree(Mounts.mount("", ChronoUnit.FOREVER.getDuration(), NEGATIVE_TTL));
    tree.lookup("f");
    ticker.advance(Duration.ofDays(10_000));
    store.takeRequests();

    assertThat(tree.lookup("f").metadata()).isNotNull();
    assertThat(store.takeRequests()).isEmpty();
  }

  @Test
  void lookup_parentListed_sendsNothing() throws StoreException {
    store.put("d/f", "123").put("d/sub/x", "");
    BucketTree tree = tree();
    Listed.all(tree, "d");
    store.takeRequests();

    assertThat(tree.lookup("d/f").metadata()).isInstanceOf(FileMetadata.class);
    assertThat(tree.lookup("d/sub").metadata()).isInstanceOf(DirectoryMetadata.class);
    assertThat(tree.lookup("d/missing").metadata()).isNull();
    assertThat(store.takeRequests()).isEmpty();

    ticker.advance(Duration.ofSeconds(2));
    store.put("d/missing", "");
    assertThat(tree.lookup("d/missing").metadata())
        .as("a listing proves an absence for the negative TTL only")
        .isNotNull();
  }

  @Test
  void lookup_headRefusedListingAllowed_showsDirectory() throws StoreException {
    store.put("d/f", "");
    store.setFault(
        request -> {
          if (request.startsWith("HEAD")) {
            throw MemoryObjectStore.failure(Kind.ACCESS_DENIED, "d");
          }
        });

    assertThat(tree().lookup("d").metadata()).isInstanceOf(DirectoryMetadata.class);
  }

  @Test
  void lookup_failure_isTypedAndNotCached() throws StoreException {
    store.put("f", "");
    BucketTree tree = tree();
    store.setFault(
        request -> {
          throw MemoryObjectStore.failure(Kind.UNREACHABLE, "f");
        });
    assertThatThrownBy(() -> tree.lookup("f"))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE));

    store.setFault(request -> {});
    assertThat(tree.lookup("f").metadata()).isNotNull();
  }

  @Test
  void lookup_storeHangs_endsAtDeadline() {
    CountDownLatch never = new CountDownLatch(1);
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      store.setFault(request -> waitFor(never));
      BucketTree tree =
          new BucketTree(
              store,
              Mounts.mount("", TTL, NEGATIVE_TTL),
              pool,
              ticker,
              LIMITS,
              Duration.ofMillis(50));
      assertThatThrownBy(() -> tree.lookup("f"))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TIMEOUT));
    } finally {
      never.countDown();
      pool.shutdownNow();
    }
  }

  @Test
  void lookup_concurrent_sharesRequests() throws Exception {
    store.put("f", "");
    CountDownLatch go = new CountDownLatch(1);
    store.setFault(request -> waitFor(go));
    ExecutorService requests = Executors.newFixedThreadPool(2);
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try {
      BucketTree tree =
          new BucketTree(
              store,
              Mounts.mount("", TTL, NEGATIVE_TTL),
              requests,
              ticker,
              LIMITS,
              Duration.ofSeconds(30));
      List<CompletableFuture<Lookup>> lookups = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        lookups.add(
            CompletableFuture.supplyAsync(
                () -> io.thins3.store.StoreWait.complete(() -> tree.lookup("f")), callers));
      }
      go.countDown();
      for (CompletableFuture<Lookup> lookup : lookups) {
        assertThat(lookup.get(30, TimeUnit.SECONDS).metadata()).isNotNull();
      }
      assertThat(store.requests()).hasSize(2);
    } finally {
      requests.shutdownNow();
      callers.shutdownNow();
    }
  }

  @Test
  void lookupNow_whatIsKnown_answeredWithoutARequest() throws StoreException {
    store.put("dir/file", "x");
    BucketTree tree = tree(Mounts.mount("", TTL, Duration.ofSeconds(1)));
    assertThat(tree.lookupNow("")).isNotNull();
    assertThat(tree.lookupNow("dir/file")).as("asks nobody").isNull();
    assertThat(store.takeRequests()).isEmpty();
    Lookup asked = tree.lookup("dir/file");
    tree.lookup("dir/none");
    Listed.all(tree, "other");
    store.takeRequests();
    assertThat(tree.lookupNow("dir/file")).isEqualTo(asked);
    assertThat(tree.lookupNow("dir/none")).isNotNull();
    assertThat(tree.lookupNow("other/none")).as("from a listing").isNotNull();
    ticker.advance(Duration.ofSeconds(2));
    assertThat(tree.lookupNow("dir/none")).as("absence is believed for 1 s").isNull();
    ticker.advance(TTL);
    assertThat(tree.lookupNow("dir/file")).isNull();
    assertThat(store.takeRequests()).isEmpty();
  }

  @Test
  void list_moreThanOnePage_isWholeAndSorted() throws StoreException {
    for (int i = 0; i < 2500; i++) {
      store.put("d/f%04d".formatted(i), "");
    }
    Listed listing = Listed.all(tree(), "d");

    assertThat(listing.names()).hasSize(2500).isSorted().doesNotHaveDuplicates();
    assertThat(store.requests()).hasSize(3);
  }

  @Test
  void list_keysThatNoPathLeadsTo_areHiddenAndCounted() throws StoreException {
    String tooLong = "x".repeat(256);
    store
        .put("d/", "")
        .put("d//b", "")
        .put("d/./x", "")
        .put("d/..", "")
        .put("d/" + tooLong, "")
        .put("d/a\0b", "")
        .put("d/ok", "");
    BucketTree tree = tree();

    assertThat(Listed.all(tree, "d").names()).containsExactly("ok");
    assertThat(tree.counts().hiddenKeys()).isEqualTo(5);
  }

  @Test
  void list_withPrefix_showsOnlyWhatIsBelow() throws StoreException {
    store.put("p/q/f", "").put("p/qx", "").put("other", "");
    BucketTree tree = tree(Mounts.mount("p/q/", TTL, NEGATIVE_TTL));

    assertThat(Listed.all(tree, "").names()).containsExactly("f");
    assertThat(tree.lookup("f").metadata()).isNotNull();
    assertThat(store.requests()).containsOnly("LIST p/q/");
  }

  @Test
  void forget_path_asksAgain() throws StoreException {
    store.put("d/f", "1");
    BucketTree tree = tree();
    Listed.all(tree, "d");
    FileMetadata old = version(tree, "d/f");
    store.put("d/f", "22");
    tree.forget("d/f", old.etag(), old.size());

    assertThat(tree.lookup("d/f").metadata())
        .isInstanceOfSatisfying(FileMetadata.class, file -> assertThat(file.size()).isEqualTo(2));
  }

  @Test
  void forget_anotherVersionIsCached_staysCached() throws StoreException {
    store.put("d/f", "1");
    BucketTree tree = tree();
    FileMetadata old = version(tree, "d/f");
    store.put("d/f", "22");
    Listed.all(tree, "d");
    store.takeRequests();
    tree.forget("d/f", old.etag(), old.size());

    assertThat(version(tree, "d/f").size()).isEqualTo(2);
    assertThat(store.takeRequests()).as("from the listing").isEmpty();
  }

  private static FileMetadata version(BucketTree tree, String path) throws StoreException {
    return (FileMetadata) Objects.requireNonNull(tree.lookup(path).metadata());
  }

  private static void waitFor(CountDownLatch latch) throws StoreException {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw MemoryObjectStore.failure(Kind.TIMEOUT, "");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Kind.INTERRUPTED, "interrupted", 0, null, null, e);
    }
  }
}
