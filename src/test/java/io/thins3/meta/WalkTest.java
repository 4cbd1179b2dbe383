package io.thins3.meta;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.meta.Metadata.DirectoryMetadata;
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
import org.junit.jupiter.api.Test;

/** Programs that walk through the tree: what they see, and how many requests that takes. */
class WalkTest {
  private final MemoryObjectStore store = new MemoryObjectStore();
  private final FakeTicker ticker = new FakeTicker();

  private BucketTree tree(Duration ttl) {
    return new BucketTree(
        store,
        Mounts.mount("", ttl, Duration.ofSeconds(1)),
        Runnable::run,
        ticker,
        CacheLimits.ofBytes(16 << 20),
        Duration.ofSeconds(30));
  }

  private BucketTree tree() {
    return tree(Duration.ofSeconds(60));
  }

  /** As find(1) does: a directory's entries, then each of its directories. */
  private static List<String> find(BucketTree tree, String directory) throws StoreException {
    List<String> found = new ArrayList<>();
    Listed listed = Listed.all(tree, directory);
    for (String name : listed.names()) {
      String path = Names.child(directory, name);
      found.add(path);
      if (listed.find(name) instanceof DirectoryMetadata) {
        found.addAll(find(tree, path));
      }
    }
    return found;
  }

  private void fill(int tops, int subs, int files) {
    for (int top = 0; top < tops; top++) {
      for (int sub = 0; sub < subs; sub++) {
        for (int file = 0; file < files; file++) {
          store.put("t/d%02d/s%02d/f%d".formatted(top, sub, file), "");
        }
      }
    }
  }

  @Test
  void find_manySmallDirectories_takesFewRequests() throws StoreException {
    fill(20, 10, 10);

    assertThat(find(tree(), "t")).hasSize(20 + 200 + 2000).isSorted().doesNotHaveDuplicates();
    assertThat(store.takeRequests())
        .containsExactly(
            "LIST t/",
            "LIST t/d00/",
            "LIST t/d00/s00/",
            "LIST t/d00/", // the rest of d00
            "LIST t/", // and all behind it: 1,900 keys
            "LIST t/");
  }

  @Test
  void find_again_sendsNothing() throws StoreException {
    fill(5, 5, 5);
    BucketTree tree = tree();
    find(tree, "");
    store.takeRequests();

    assertThat(find(tree, "")).hasSize(1 + 5 + 25 + 125);
    assertThat(store.takeRequests()).isEmpty();
  }

  @Test
  void find_ttlZero_listsEachDirectory() throws StoreException {
    fill(2, 3, 1);

    assertThat(find(tree(Duration.ZERO), "t")).hasSize(2 + 6 + 6);
    assertThat(store.takeRequests()).hasSize(1 + 2 + 6);
  }

  @Test
  void list_directoriesNotInTurn_areListedAlone() throws StoreException {
    fill(10, 2, 2);
    BucketTree tree = tree();
    Listed.all(tree, "t");
    store.takeRequests();

    for (String name : List.of("d08", "d02", "d05", "d00", "d07")) {
      Listed.all(tree, "t/" + name);
    }
    assertThat(store.takeRequests())
        .containsExactly("LIST t/d08/", "LIST t/d02/", "LIST t/d05/", "LIST t/d00/", "LIST t/d07/");
  }

  @Test
  void list_largeSiblings_areListedAloneOnceThatHasShown() throws StoreException {
    for (int d = 0; d < 5; d++) {
      for (int f = 0; f < 1200; f++) {
        store.put("t/d%d/%04d".formatted(d, f), "");
      }
    }

    assertThat(find(tree(), "t")).hasSize(5 + 6000);
    assertThat(store.takeRequests()).as("two each, the top, and one try").hasSize(10 + 1 + 1);
  }

  @Test
  void find_largeDirectoryOnTheWay_isReadAndTheWalkGoesOn() throws StoreException {
    fill(4, 10, 10);
    for (int f = 0; f < 10_000; f++) {
      store.put("t/d03a/%05d".formatted(f), "");
    }
    for (int d = 0; d < 50; d++) {
      store.put("t/e%02d/f".formatted(d), "");
    }

    assertThat(find(tree(), "t")).hasSize(4 + 40 + 400 + 10_001 + 100).doesNotHaveDuplicates();
    assertThat(store.takeRequests().size()).isLessThan(30);
  }

  @Test
  void list_twoSiblings_looksOnePageAheadAtMost() throws StoreException {
    fill(90, 10, 10);
    BucketTree tree = tree();
    Listed.all(tree, "t");
    Listed.all(tree, "t/d00");
    store.takeRequests();

    Listed.all(tree, "t/d01");

    assertThat(store.takeRequests()).containsExactly("LIST t/");
  }

  @Test
  void find_subtreeIsRefused_eachDirectoryIsListed() throws StoreException {
    fill(3, 3, 3);
    int[] listings = new int[1];
    store.setFault(
        request -> {
          // The fourth is the first without a delimiter.
          if (request.startsWith("LIST") && ++listings[0] == 4) {
            throw MemoryObjectStore.failure(Kind.ACCESS_DENIED, request);
          }
        });

    assertThat(find(tree(), "t")).hasSize(3 + 9 + 27);
  }

  @Test
  void find_refreshedInTheMiddle_seesWhatIsThereNow() throws StoreException {
    fill(20, 10, 10);
    BucketTree tree = tree();
    Listed.all(tree, "t");
    Listed.all(tree, "t/d00");
    Listed.all(tree, "t/d01");
    store.put("t/d05/s05/new", "");

    tree.refresh("t/d05");

    assertThat(Listed.all(tree, "t/d05/s05").names()).contains("new");
  }

  @Test
  void find_randomTrees_seesWhatEachListingWouldShow() throws StoreException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String[] names = {"a", "a-b", "a.b", "a0", "b", ".", "", "..", "é", "😀", "z"};
    for (int round = 0; round < 200; round++) {
      store.clear();
      store.setPageSize(1 + random.nextInt(7));
      int keys = 1 + random.nextInt(60);
      for (int i = 0; i < keys; i++) {
        StringBuilder key = new StringBuilder(names[random.nextInt(names.length)]);
        int depth = random.nextInt(5);
        for (int d = 0; d < depth; d++) {
          key.append('/').append(names[random.nextInt(names.length)]);
        }
        if (key.length() > 0) {
          store.put(key.toString(), "x".repeat(random.nextInt(3)));
        }
      }
      List<String> expected = find(tree(Duration.ZERO), "");
      assertThat(find(tree(), "")).as("seed %d, round %d", seed, round).isEqualTo(expected);
      BucketTree tree = tree();
      find(tree, "");
      for (String path : expected) {
        assertThat(Objects.requireNonNull(tree.lookupNow(path)).metadata())
            .as("seed %d, round %d, %s", seed, round, path)
            .isEqualTo(tree(Duration.ZERO).lookup(path).metadata());
      }
    }
  }
}
