package io.thins3.meta;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.meta.Metadata.DirectoryMetadata;
import io.thins3.meta.Metadata.FileMetadata;
import io.thins3.store.StoreException;
import io.thins3.testing.FakeTicker;
import io.thins3.testing.Listed;
import io.thins3.testing.MemoryObjectStore;
import io.thins3.testing.Mounts;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BucketTreeRefreshTest {
  private static final Duration INDEFINITE = Duration.ofSeconds(Long.MAX_VALUE);

  private final MemoryObjectStore store = new MemoryObjectStore();

  private BucketTree tree(java.util.concurrent.Executor executor) {
    return new BucketTree(
        store,
        Mounts.mount("", INDEFINITE, INDEFINITE),
        executor,
        new FakeTicker(),
        new CacheLimits(100_000, 10_000),
        Duration.ofSeconds(30));
  }

  private static long size(Lookup lookup) {
    return ((FileMetadata) Objects.requireNonNull(lookup.metadata())).size();
  }

  @Test
  void refresh_lookedUpFile_isAskedForAgain() throws StoreException {
    BucketTree tree = tree(Runnable::run);
    store.put("d/f", "1").put("d/other", "1");
    tree.lookup("d/f");
    tree.lookup("d/other");
    store.put("d/f", "22").put("d/other", "22");
    assertThat(size(tree.lookup("d/f"))).isEqualTo(1);

    tree.refresh("d/f");

    assertThat(size(tree.lookup("d/f"))).isEqualTo(2);
    assertThat(size(tree.lookup("d/other"))).as("beside it").isEqualTo(1);
  }

  @Test
  void refresh_listedDirectory_everythingBelowIsAskedForAgain() throws StoreException {
    BucketTree tree = tree(Runnable::run);
    store.put("d/e/f", "1").put("de/f", "1");
    Listed.all(tree, "d/e");
    Listed.all(tree, "d");
    Listed.all(tree, "de");
    store.put("d/e/f", "22").put("d/e/new", "").put("de/f", "22");

    tree.refresh("d");

    assertThat(Listed.all(tree, "d/e").size()).isEqualTo(2);
    assertThat(size(tree.lookup("d/e/f"))).isEqualTo(2);
    assertThat(size(tree.lookup("de/f"))).as("a name that begins alike").isEqualTo(1);
  }

  @Test
  void refresh_nameThatTheListingHas_listingIsDropped() throws StoreException {
    BucketTree tree = tree(Runnable::run);
    store.put("d/f", "1");
    Listed.all(tree, "d");
    store.put("d/f", "22").put("d/new", "333");
    assertThat(tree.lookup("d/new").metadata()).isNull();

    tree.refresh("d/new");

    assertThat(size(tree.lookup("d/new"))).isEqualTo(3);
    assertThat(Listed.all(tree, "d").size()).isEqualTo(2);
  }

  @Test
  void refresh_belowWhatWasAbsent_isFound() throws StoreException {
    BucketTree tree = tree(Runnable::run);
    store.put("x", "");
    Listed.all(tree, "");
    assertThat(tree.lookup("a").metadata()).isNull();
    store.put("a/b/c", "1");

    tree.refresh("a/b/c");

    assertThat(tree.lookup("a").metadata()).isInstanceOf(DirectoryMetadata.class);
    assertThat(size(tree.lookup("a/b/c"))).isEqualTo(1);
  }

  @Test
  void refresh_belowKnownDirectory_itsListingAboveStays() throws StoreException {
    BucketTree tree = tree(Runnable::run);
    store.put("a/b/c", "1");
    Listed.all(tree, "");
    store.takeRequests();

    tree.refresh("a/b/c");
    tree.lookup("a");

    assertThat(store.takeRequests()).isEmpty();
  }

  @Test
  void refresh_whileTheAnswerIsOnItsWay_itIsNotRemembered() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      BucketTree tree = tree(threads);
      store.put("d/f", "1");
      CountDownLatch asked = new CountDownLatch(3);
      CountDownLatch goOn = new CountDownLatch(1);
      store.setFault(
          request -> {
            asked.countDown();
            try {
              assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
      Future<Lookup> lookup = threads.submit(() -> tree.lookup("d/f"));
      Future<Listed> listing = threads.submit(() -> Listed.all(tree, "d"));
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();

      tree.refresh("d/f");
      goOn.countDown();

      assertThat(lookup.get(30, TimeUnit.SECONDS).validFor()).isZero();
      assertThat(listing.get(30, TimeUnit.SECONDS).validFor()).isZero();
      store.takeRequests();
      tree.lookup("d/f");
      assertThat(store.takeRequests()).containsExactlyInAnyOrder("HEAD d/f", "LIST d/f/");
    } finally {
      threads.shutdownNow();
    }
  }
}
