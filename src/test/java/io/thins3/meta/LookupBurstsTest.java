package io.thins3.meta;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.store.StoreException;
import io.thins3.testing.FakeTicker;
import io.thins3.testing.Listed;
import io.thins3.testing.MemoryObjectStore;
import io.thins3.testing.Mounts;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LookupBurstsTest {
  private final FakeTicker ticker = new FakeTicker();
  private final LookupBursts bursts = new LookupBursts(ticker);

  private boolean asked(String directory, String... names) {
    boolean burst = false;
    for (String name : names) {
      burst = bursts.asked(directory, name);
    }
    return burst;
  }

  @Test
  void asked_fourNamesWithinASecond_isABurst() {
    assertThat(asked("d", "a", "b", "c")).isFalse();
    assertThat(asked("e", "d")).as("of another directory").isFalse();
    ticker.advance(Duration.ofMillis(999));
    assertThat(asked("d", "d")).isTrue();
    assertThat(asked("d", "e", "f", "g")).as("the next one").isFalse();
    assertThat(asked("d", "h")).isTrue();
  }

  @Test
  void asked_oneNameAgainAndAgain_isNone() {
    assertThat(asked("d", "a", "a", "a", "b", "a", "b", "a", "b")).isFalse();
  }

  @Test
  void asked_fourNamesInMoreThanASecond_isNone() {
    for (int i = 0; i < 20; i++) {
      assertThat(asked("d", "name" + i)).isFalse();
      ticker.advance(Duration.ofMillis(340));
    }
  }

  @Test
  void asked_moreDirectoriesThanAreWatched_isStillAnswered() {
    for (int i = 0; i < 1000; i++) {
      assertThat(asked("d" + i, "a", "b", "c")).isFalse();
    }
    assertThat(asked("d999", "d")).isTrue();
  }

  @Test
  void lookup_burstOfNames_isAnsweredFromAListing() throws StoreException {
    MemoryObjectStore store = new MemoryObjectStore().setPageSize(100);
    for (int i = 0; i < 1000; i++) {
      store.put("d/%03d".formatted(i), "");
    }
    for (Duration ttl : new Duration[] {Duration.ofSeconds(60), Duration.ZERO}) {
      BucketTree tree =
          new BucketTree(
              store,
              Mounts.mount("", ttl, Duration.ofSeconds(1)),
              Runnable::run,
              ticker,
              CacheLimits.ofBytes(1 << 20),
              Duration.ofSeconds(30));
      store.takeRequests();
      for (int i = 0; i < 399; i++) {
        assertThat(tree.lookup("d/%03d".formatted(i)).metadata()).isNotNull();
      }
      if (ttl.isZero()) {
        assertThat(store.takeRequests()).as("each by itself").hasSize(798);
      } else {
        assertThat(store.takeRequests()).as("four names, and four pages").hasSize(8 + 4);
        for (int i = 399; i < 403; i++) {
          tree.lookup("d/%03d".formatted(i));
        }
        assertThat(store.takeRequests()).as("four more of either").hasSize(8 + 4);
      }
    }
  }

  @Test
  void lookup_burstOfMissingNames_doesNotCostALargeListing() throws StoreException {
    MemoryObjectStore store = new MemoryObjectStore();
    for (int i = 0; i < 4500; i++) {
      store.put("large/%04d".formatted(i), "").put("small/%d".formatted(i % 50), "");
    }
    BucketTree tree =
        new BucketTree(
            store,
            Mounts.mount("", Duration.ofSeconds(60), Duration.ofSeconds(1)),
            Runnable::run,
            ticker,
            CacheLimits.ofBytes(16 << 20),
            Duration.ofSeconds(30));
    Listed.all(tree, "large");
    Listed.all(tree, "small");
    ticker.advance(Duration.ofSeconds(2)); // they say no more what is absent
    store.takeRequests();
    for (int i = 0; i < 8; i++) {
      assertThat(tree.lookup("large/missing" + i).metadata()).isNull();
    }
    assertThat(store.takeRequests()).hasSize(16);
    assertThat(tree.lookup("large/4444").metadata()).isNotNull();
    assertThat(store.takeRequests()).isEmpty();

    for (int i = 0; i < 8; i++) {
      assertThat(tree.lookup("small/missing" + i).metadata()).isNull();
    }
    assertThat(store.takeRequests()).as("four names, and one new listing").hasSize(9);
  }
}
