package io.thins3.meta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.meta.Metadata.DirectoryMetadata;
import io.thins3.meta.Metadata.FileMetadata;
import io.thins3.store.ListRequest;
import io.thins3.store.StoreException;
import io.thins3.testing.MemoryObjectStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LevelOrderTest {
  private static final String[] PIECES = {"a", "b", "-", ".", "/", "0", "é", "\uFB01", "😀"};

  private final List<String> hidden = new ArrayList<>();

  private DirectoryListing listed(MemoryObjectStore store, String prefix) throws StoreException {
    LevelOrder order = new LevelOrder(prefix, hidden::add);
    List<ListedEntries> parts = new ArrayList<>();
    ListRequest request = ListRequest.directory(prefix);
    for (String next = store.list(request, order); ; next = store.list(request, order)) {
      if (next == null) {
        order.end();
        parts.add(order.take());
        return DirectoryListing.of(parts, order.late());
      }
      parts.add(order.take());
      request = request.after(next);
    }
  }

  private static List<String> names(DirectoryListing listing) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < listing.size(); i++) {
      names.add(listing.name(i));
    }
    return names;
  }

  @Test
  void keysAroundTheSlash_eachPageSize_areInOrderAndTheDirectoryWins() throws StoreException {
    for (int pageSize = 1; pageSize < 9; pageSize++) {
      MemoryObjectStore store = new MemoryObjectStore().setPageSize(pageSize);
      for (String key : List.of("a", "a-b", "a-b/x", "a.b", "a/b", "a0", "b", "b-", "b-/x")) {
        store.put(key, "");
      }
      DirectoryListing listing = listed(store, "");

      assertThat(names(listing)).containsExactly("a-b", "a.b", "a", "a0", "b-", "b");
      assertThat(listing.find("a")).isInstanceOf(DirectoryMetadata.class);
      assertThat(listing.find("a-b")).isInstanceOf(DirectoryMetadata.class);
      assertThat(listing.find("b")).isInstanceOf(FileMetadata.class);
      assertThat(listing.find("b-c")).isNull();
    }
  }

  @Test
  void randomKeys_areAsAModelSays() throws StoreException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 1000; round++) {
      MemoryObjectStore store = new MemoryObjectStore().setPageSize(1 + random.nextInt(7));
      Map<String, Boolean> model =
          new TreeMap<>(Comparator.comparing(name -> name.getBytes(UTF_8), NameOrder::compare));
      int count = random.nextInt(20);
      for (int i = 0; i < count; i++) {
        StringBuilder key = new StringBuilder();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
          key.append(PIECES[random.nextInt(PIECES.length)]);
        }
        store.put("d/" + key, "x".repeat(i));
        int slash = key.indexOf("/");
        String name = slash < 0 ? key.toString() : key.substring(0, slash);
        if (Names.isReachable(name)) {
          model.merge(name, slash >= 0, Boolean::logicalOr);
        }
      }
      DirectoryListing listing = listed(store, "d/");

      assertThat(names(listing)).containsExactlyElementsOf(model.keySet());
      for (int i = 0; i < listing.size(); i++) {
        assertThat(listing.isDirectory(i)).isEqualTo(model.get(listing.name(i)));
        assertThat(listing.indexOf(listing.name(i))).isEqualTo(i);
      }
    }
  }

  @Test
  void anotherOrder_isBroughtIntoOursAtTheEnd() {
    LevelOrder order = new LevelOrder("", hidden::add);
    for (String key : List.of("m", "z", "b", "y", "a", "m")) {
      order.object(key, 1, "\"e\"", 0);
    }
    order.prefix("c/");
    order.prefix("z/");
    order.prefix("c/");
    order.end();

    assertThat(names(DirectoryListing.of(List.of(order.take()), order.late())))
        .containsExactly("a", "b", "c", "m", "y", "z");
  }

  @Test
  void changes_atAnyPlace_keepOrderAndShareParts() {
    DirectoryListing listing = new DirectoryListing(List.of());
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      numbers.add(i);
    }
    Collections.shuffle(numbers, new Random(1));
    for (int i : numbers) {
      listing = listing.with("f%05d".formatted(i), new FileMetadata(i, "\"x\"", Instant.EPOCH));
    }
    listing = listing.with("f00007", null).with("nothing", null);
    listing = listing.with("f00008", new DirectoryMetadata());

    assertThat(names(listing)).hasSize(9_999).isSorted().doesNotContain("f00007");
    assertThat(listing.find("f00008")).isInstanceOf(DirectoryMetadata.class);
    assertThat(listing.parts()).allMatch(part -> part.size() <= 2048).hasSizeGreaterThan(4);
  }

  @Test
  void etags_ofAnyForm_comeBackAsTheyWere() {
    String[] tags = {
      "\"0123456789abcdef0123456789abcdef\"",
      "\"ffffffffffffffffffffffffffffffff-1\"",
      "\"ffffffffffffffffffffffffffffffff-10000\"",
      "\"ffffffffffffffffffffffffffffffff-01\"",
      "\"ffffffffffffffffffffffffffffffff-0\"",
      "\"ffffffffffffffffffffffffffffffff-\"",
      "\"ffffffffffffffffffffffffffffffff-9999999\"",
      "\"0123456789ABCDEF0123456789abcdef\"",
      "\"0123456789abcdef0123456789abcde\"",
      "0123456789abcdef0123456789abcdef",
      "W/\"0123456789abcdef0123456789abcdef\"",
      "",
      "\"\"",
      "\"7\""
    };
    EntryTags.Builder builder = new EntryTags.Builder();
    for (int i = 0; i < 5; i++) {
      Arrays.stream(tags).forEach(builder::add);
    }
    EntryTags built = builder.build();

    for (int i = 0; i < 5 * tags.length; i++) {
      assertThat(built.get(i)).isEqualTo(tags[i % tags.length]);
    }
  }

  @Test
  void millionEntries_namesOf20Bytes_fitIn200MiB() {
    List<ListedEntries> parts = new ArrayList<>();
    for (int page = 0; page < 1000; page++) {
      LevelOrder order = new LevelOrder("", hidden::add);
      for (int i = 0; i < 1000; i++) {
        order.object(
            "name-of-file-%07d".formatted(page * 1000 + i),
            i,
            "\"%032x%s\"".formatted(i, i % 2 == 0 ? "" : "-12"),
            1_700_000_000);
      }
      order.end();
      parts.add(order.take());
    }
    Runtime runtime = Runtime.getRuntime();
    DirectoryListing listing = new DirectoryListing(parts);

    assertThat(listing.size()).isEqualTo(1_000_000);
    assertThat(listing.bytes()).as("as the cache weighs it").isLessThan(66L << 20);
    parts.clear();
    System.gc();
    long with = runtime.totalMemory() - runtime.freeMemory();
    long weighed = listing.bytes();
    assertThat(listing.indexOf("name-of-file-0099999")).isNotNegative();
    listing = new DirectoryListing(List.of());
    System.gc();
    long without = runtime.totalMemory() - runtime.freeMemory();
    assertThat(listing.size()).isZero();
    // Other tests' leavings may be collected or not at the same time: some 10 MiB.
    assertThat(with - without).as("heap").isBetween(weighed / 2, weighed * 3 / 2);
  }
}
