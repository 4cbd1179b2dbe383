package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.fuse.Attributes;
import io.thins3.fuse.FileType;
import io.thins3.fuse.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeLimitTest {
  private record Named(@Nullable String disposableName) implements Node {}

  private final List<KnownNode> known = new ArrayList<>();

  private void know(FileType type, @Nullable String name) {
    KnownNode node = new KnownNode(known.size() + 2, new Named(name));
    node.countLookup(
        1, new Attributes(5, type, 0, 1, 0, 0, 0, Instant.EPOCH, Instant.EPOCH, Instant.EPOCH));
    known.add(node);
  }

  private static List<Long> ids(List<KnownNode> nodes) {
    return nodes.stream().map(node -> node.id).sorted().toList();
  }

  private List<Long> surplus(int most) {
    List<KnownNode> inNoOrder = new ArrayList<>(known);
    Collections.shuffle(inNoOrder, new Random(1));
    return ids(new NodeLimit(most).surplus(inNoOrder));
  }

  @Test
  void surplus_notTooMany_none() {
    know(FileType.REGULAR, "a");
    know(FileType.REGULAR, "b");
    assertThat(surplus(2)).isEmpty();
    assertThat(new NodeLimit(2).isExceeded(2)).isFalse();
    assertThat(new NodeLimit(2).isExceeded(3)).isTrue();
    assertThat(NodeLimit.NONE.isExceeded(Integer.MAX_VALUE)).isFalse();
  }

  @Test
  void surplus_filesEnough_theOldestOfThemAndAnEighthMore() {
    know(FileType.DIRECTORY, "dir");
    for (int i = 0; i < 100; i++) {
      know(FileType.REGULAR, i == 1 ? null : "file" + i);
    }
    // 101 known: 21 too many, and 10 more. Neither the directory (2) nor what is in use (4).
    assertThat(surplus(80)).hasSize(31).startsWith(3L, 5L, 6L).endsWith(34L);
  }

  @Test
  void surplus_filesDoNotSuffice_oldestDirectoriesToo() {
    know(FileType.DIRECTORY, null);
    for (int i = 0; i < 39; i++) {
      know(FileType.DIRECTORY, "dir" + i);
    }
    know(FileType.REGULAR, "file");
    assertThat(surplus(32)).hasSize(13).startsWith(3L, 4L).contains(42L).doesNotContain(2L);
  }

  @Test
  void ofHeap_anySize_aTenthOfIt() {
    assertThat(NodeLimit.ofHeap(256 << 20).isExceeded(60_000)).isFalse();
    assertThat(NodeLimit.ofHeap(256 << 20).isExceeded(70_000)).isTrue();
    assertThat(NodeLimit.ofHeap(Long.MAX_VALUE).isExceeded(Integer.MAX_VALUE)).isFalse();
  }
}
