package io.thins3.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.meta.Metadata.DirectoryMetadata;
import io.thins3.meta.Metadata.FileMetadata;
import io.thins3.store.StoreException;
import io.thins3.store.StoreException.Kind;
import io.thins3.testing.FakeTicker;
import io.thins3.testing.Listed;
import io.thins3.testing.MemoryObjectStore;
import io.thins3.testing.Mounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Listings that grow while they are read. */
class DirectoryReaderTest {
  private static final Duration TTL = Duration.ofSeconds(60);
  private static final long MIB = 1 << 20;

  private final MemoryObjectStore store = new MemoryObjectStore();
  private final FakeTicker ticker = new FakeTicker();

  private BucketTree tree(Executor executor, long bytes, Duration ttl) {
    return new BucketTree(
        store,
        Mounts.mount("", ttl, Duration.ofSeconds(1)),
        executor,
        ticker,
        CacheLimits.ofBytes(bytes),
        Duration.ofSeconds(30));
  }

  private BucketTree tree() {
    return tree(Runnable::run, 16 * MIB, TTL);
  }

  private void fill(int count, int pageSize) {
    for (int i = 0; i < count; i++) {
      store.put("d/%05d".formatted(i), "");
    }
    store.setPageSize(pageSize);
  }

  private static String name(DirectoryReader reader, long position) throws StoreException {
    DirectoryReader.Part part = Objects.requireNonNull(reader.at(position));
    return part.entries().name((int) (position - part.start()));
  }

  @Test
  void at_secondPageHangs_firstIsGiven() throws Exception {
    fill(30, 10);
    CountDownLatch hangs = new CountDownLatch(1);
    AtomicInteger listings = new AtomicInteger();
    store.setFault(
        request -> {
          if (listings.incrementAndGet() == 2) {
            await(hangs);
          }
        });
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      DirectoryReader reader = tree(threads, 16 * MIB, TTL).read("d");
      assertThat(name(reader, 0)).isEqualTo("00000");
      assertThat(name(reader, 8)).isEqualTo("00008");
      assertThat(reader.isReady(9)).as("a directory of the file's name may come").isFalse();
      hangs.countDown();
      assertThat(name(reader, 10)).isEqualTo("00010");
      assertThat(reader.at(30)).isNull();
    } finally {
      hangs.countDown();
      threads.shutdownNow();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void at_readerStops_fourPagesAheadAndNoMore() throws StoreException {
    fill(200, 10);
    DirectoryReader reader = tree().read("d");

    name(reader, 0);
    assertThat(store.takeRequests()).hasSize(1 + DirectoryScan.PAGES_AHEAD);
    name(reader, 8);
    assertThat(store.takeRequests()).isEmpty();
    name(reader, 9);
    assertThat(store.takeRequests()).hasSize(1);
  }

  @Test
  void at_pageFails_waiterGetsThatAndTheNextReadThePage() throws StoreException {
    fill(30, 10);
    BucketTree tree = tree();
    AtomicInteger listings = new AtomicInteger();
    store.setFault(
        request -> {
          if (listings.incrementAndGet() == 2) {
            throw MemoryObjectStore.failure(Kind.UNREACHABLE, request);
          }
        });
    DirectoryReader reader = tree.read("d");
    assertThat(name(reader, 0)).isEqualTo("00000");
    assertThat(name(reader, 29)).as("asked for again").isEqualTo("00029");
    assertThat(listings.get()).isEqualTo(4);

    listings.set(1);
    BucketTree another = tree();
    DirectoryReader first = another.read("d");
    assertThatThrownBy(() -> first.at(0))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE));
    assertThat(name(first, 0)).isEqualTo("00000");
  }

  @Test
  void read_listingFailed_whoOpensLaterGetsANewOne() throws StoreException {
    fill(30, 10);
    BucketTree tree = tree();
    AtomicInteger listings = new AtomicInteger();
    store.setFault(
        request -> {
          if (listings.incrementAndGet() == 2) {
            throw MemoryObjectStore.failure(Kind.UNREACHABLE, request);
          }
        });
    name(tree.read("d"), 0);
    store.put("d/0", "");

    assertThat(name(tree.read("d"), 0)).isEqualTo("0");
  }

  @Test
  void at_executorIsShutDown_fails() {
    fill(3, 10);
    DirectoryReader reader =
        tree(
                task -> {
                  throw new RejectedExecutionException("shut down");
                },
                16 * MIB,
                TTL)
            .read("d");

    assertThatThrownBy(() -> reader.at(0)).isInstanceOf(StoreException.class);
  }

  @Test
  void at_directoryLargerThanTheCache_readersGoOnByThemselves() throws StoreException {
    fill(3000, 10);
    store.put("d/01500-", "").put("d/01500/below", ""); // whose file is held back
    BucketTree tree = tree(Runnable::run, 64 << 10, TTL);
    DirectoryReader slow = tree.read("d");
    DirectoryReader fast = tree.read("d");
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 3001; i++) {
      names.add(name(fast, i));
      if (i % 3 == 0) {
        assertThat(name(slow, i / 3)).isEqualTo(names.get(i / 3));
      }
    }
    assertThat(fast.at(3001)).isNull();
    assertThat(names).hasSize(3001).doesNotHaveDuplicates().contains("01500", "01500-");
    int held = names.indexOf("01500");
    DirectoryReader.Part part = Objects.requireNonNull(slow.at(held));
    assertThat(part.entries().isDirectory((int) (held - part.start()))).isTrue();
    for (int i : new int[] {3000, 0, 2999, 700, 1}) {
      assertThat(name(fast, i)).as("seekdir to %d", i).isEqualTo(names.get(i));
    }
    assertThat(tree.listedNow("d")).isNull();
    assertThat(tree.lookupNow("d/00000")).as("its beginning is known").isNotNull();
    assertThat(tree.lookupNow("d/02999")).isNull();
  }

  @Test
  void at_changesBetweenPages_nothingTwiceAndNothingLost() throws StoreException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String[] names = {"a", "a-b", "a.b", "a0", "a/", "b", "b/", "b-", "c", "c0", "ca", "é", "é/"};
    for (int round = 0; round < 300; round++) {
      store.clear();
      store.setPageSize(1 + random.nextInt(4));
      Set<String> always = new TreeSet<>();
      for (int i = 0; i < 20; i++) {
        always.add(put(names[random.nextInt(names.length)] + names[random.nextInt(names.length)]));
      }
      store.setFault(
          request -> {
            String name = names[random.nextInt(names.length)] + names[random.nextInt(names.length)];
            if (random.nextBoolean()) {
              store.put("d/" + name, "");
            } else if (!always.contains(first(name))) {
              store.remove("d/" + name);
            }
          });
      // Some have room for all of it, some for a few pages.
      DirectoryReader reader =
          tree(Runnable::run, random.nextBoolean() ? MIB : 2000, TTL).read("d");
      List<String> read = new ArrayList<>();
      DirectoryReader.Part part = reader.at(0);
      while (part != null) {
        assertThat(part.start()).isEqualTo(read.size());
        for (int i = 0; i < part.entries().size(); i++) {
          read.add(part.entries().name(i));
        }
        part = reader.at(read.size());
      }
      store.setFault(request -> {});
      assertThat(read).as("seed %d, round %d", seed, round).doesNotHaveDuplicates();
      assertThat(read).as("seed %d, round %d", seed, round).containsAll(always);
    }
  }

  private String put(String name) {
    store.put("d/" + name, "");
    return first(name);
  }

  private static String first(String name) {
    return name.replaceAll("/.*", "");
  }

  @Test
  void at_storeListsInAnotherOrder_eachOnceAndFound() throws StoreException {
    List<String> keys = List.of("d/b", "d/a", "d/c", "d/b", "d/0");
    DirectoryScan scan =
        new DirectoryScan(
            new DirectoryPages(
                (request, sink) -> {
                  int from =
                      request.continuationToken() == null
                          ? 0
                          : Integer.parseInt(request.continuationToken());
                  sink.object(keys.get(from), from, "\"e\"", 0);
                  return from + 1 == keys.size() ? null : String.valueOf(from + 1);
                },
                "d/",
                key -> {}),
            Runnable::run,
            ticker,
            "listing",
            MIB,
            changed -> {});
    List<String> read = new ArrayList<>();
    DirectoryScan.Place place = scan.at(0);
    while (place.step() != DirectoryScan.Step.END) {
      if (place.part() != null) { // else it has been fetched since
        ListedEntries part = place.part().entries();
        for (int i = 0; i < part.size(); i++) {
          read.add(part.name(i));
        }
      }
      place = scan.at(read.size());
    }

    assertThat(read).containsExactlyInAnyOrder("0", "a", "b", "c");
    for (String name : read) {
      assertThat(Objects.requireNonNull(scan.find(name)).metadata()).as(name).isNotNull();
    }
    assertThat(Objects.requireNonNull(scan.find("x")).metadata()).isNull();
  }

  @Test
  void read_sameTime_oneListingUnlessTheTtlIsZero() throws StoreException {
    fill(30, 10);
    BucketTree tree = tree();
    name(tree.read("d"), 0);
    name(tree.read("d"), 29);
    assertThat(store.takeRequests()).hasSize(3);

    BucketTree asking = tree(Runnable::run, 16 * MIB, Duration.ZERO);
    name(asking.read("d"), 0);
    name(asking.read("d"), 0);
    assertThat(store.takeRequests()).hasSize(6);
  }

  @Test
  void read_ttlFromTheBeginning_entriesFromTheirPage() throws StoreException {
    fill(30, 10);
    store.setFault(request -> ticker.advance(Duration.ofSeconds(10)));
    BucketTree tree = tree();
    DirectoryReader reader = tree.read("d");
    name(reader, 29);

    assertThat(Objects.requireNonNull(reader.at(0)).validFor()).isEqualTo(Duration.ofSeconds(30));
    assertThat(Objects.requireNonNull(reader.at(29)).validFor()).isEqualTo(Duration.ofSeconds(50));
    store.takeRequests();
    ticker.advance(Duration.ofSeconds(29));
    name(tree.read("d"), 0);
    assertThat(store.takeRequests()).isEmpty();
    ticker.advance(Duration.ofSeconds(2));
    name(tree.read("d"), 0);
    assertThat(store.takeRequests()).hasSize(3);
  }

  @Test
  void read_moreDirectoriesThanFit_theCacheStaysWithinItsBytes() throws StoreException {
    for (int i = 0; i < 40_000; i++) {
      store.put("%03d/%05d".formatted(i / 100, i), "");
    }
    BucketTree tree = tree(Runnable::run, MIB, TTL);
    for (int d = 399; d >= 0; d--) { // backwards: no walk
      Listed.all(tree, "%03d".formatted(d));
    }
    int known = 0;
    for (int d = 0; d < 400; d++) {
      known += tree.listedNow("%03d".formatted(d)) == null ? 0 : 1;
    }
    // 768 KiB for listings of 100 entries of 180 bytes: this store's ETags are no MD5.
    assertThat(known).isBetween(30, 55);
  }

  @Test
  void changed_listedDirectory_hasTheChangeWithoutARequest() throws StoreException {
    fill(5, 1000);
    BucketTree tree = tree();
    DirectoryReader reading = tree.read("d");
    name(reading, 0);
    FileMetadata changed = new FileMetadata(7, "\"new\"", java.time.Instant.EPOCH);
    store.takeRequests();

    tree.changed("d/00001", changed);
    tree.changed("d/00002", null);
    tree.changed("d/new", changed);
    tree.changed("d/sub", new DirectoryMetadata());

    assertThat(Listed.all(tree, "d").names())
        .containsExactly("00000", "00001", "00003", "00004", "new", "sub");
    assertThat(tree.lookup("d/00001").metadata()).isEqualTo(changed);
    assertThat(tree.lookup("d/00002").metadata()).isNull();
    assertThat(tree.lookup("d/sub").metadata()).isInstanceOf(DirectoryMetadata.class);
    assertThat(reading.isRefreshed("d/00001")).as("who reads is told").isTrue();
    assertThat(reading.isRefreshed("d/00000")).isFalse();
    assertThat(store.takeRequests()).isEmpty();
  }

  @Test
  void changed_listingUnderWay_isNotTrustedByWhoAsksLater() throws Exception {
    fill(30, 10);
    CountDownLatch hangs = new CountDownLatch(1);
    AtomicInteger listings = new AtomicInteger();
    store.setFault(
        request -> {
          if (listings.incrementAndGet() == 2) {
            await(hangs);
          }
        });
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      BucketTree tree = tree(threads, 16 * MIB, TTL);
      DirectoryReader before = tree.read("d");
      name(before, 0);
      tree.changed("d/00000", null);
      store.remove("d/00000");

      assertThat(name(tree.read("d"), 0)).isEqualTo("00001");
      hangs.countDown();
      assertThat(name(before, 29)).isEqualTo("00029");
      assertThat(name(tree.read("d"), 0)).isEqualTo("00001");
      assertThat(tree.lookup("d/00000").metadata()).isNull();
    } finally {
      hangs.countDown();
      threads.shutdownNow();
    }
  }
}
