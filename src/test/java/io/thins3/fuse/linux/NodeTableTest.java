package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.fuse.Attributes;
import io.thins3.fuse.Entry;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FileType;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NodeTableTest {
  private record Named(String name) implements Node {}

  private final List<Node> forgotten = Collections.synchronizedList(new ArrayList<>());
  private final NodeTable nodes = new NodeTable(new Named("root"), forgotten::add);

  private static Entry entry(String name) {
    Attributes attributes =
        new Attributes(
            7, FileType.REGULAR, 0644, 1, 0, 0, 0, Instant.EPOCH, Instant.EPOCH, Instant.EPOCH);
    return new Entry(new Named(name), attributes, Duration.ZERO, Duration.ZERO);
  }

  @Test
  void lookedUp_equalNodes_oneIdUntilAllLookupsAreForgotten() {
    long id = nodes.lookedUp(entry("a"), 1);
    assertThat(nodes.lookedUp(entry("a"), 1)).isEqualTo(id);
    assertThat(nodes.lookedUp(entry("b"), 1)).isNotEqualTo(id);
    nodes.forget(id, 1);
    assertThat(nodes.node(id)).isEqualTo(new Named("a"));
    assertThat(nodes.id(new Named("a"))).isEqualTo(id);
    assertThat(forgotten).isEmpty();
    nodes.forget(id, 1);
    assertThat(nodes.node(id)).isNull();
    assertThat(nodes.id(new Named("a"))).isZero();
    assertThat(forgotten).containsExactly(new Named("a"));
    assertThat(nodes.lookedUp(entry("a"), 1)).as("ids are never used again").isGreaterThan(id + 1);
    assertThat(nodes.size()).isEqualTo(2);
  }

  @Test
  void root_lookedUpAndForgotten_staysOne() {
    assertThat(nodes.lookedUp(entry("root"), 1)).isEqualTo(1);
    nodes.forget(1, 1000);
    assertThat(nodes.node(1)).isEqualTo(new Named("root"));
    assertThat(nodes.size()).isZero();
  }

  @Test
  void forget_moreThanCounted_goneOnce() {
    long id = nodes.lookedUp(entry("a"), 1);
    nodes.forget(id, 5);
    nodes.forget(id, 5);
    nodes.forget(99, 1);
    assertThat(forgotten).hasSize(1);
    assertThat(nodes.size()).isZero();
  }

  @Test
  void parentAndIno_asLookedUpLast() {
    long dir = nodes.lookedUp(entry("dir"), 1);
    long file = nodes.lookedUp(entry("file"), dir);
    assertThat(nodes.parentId(file)).isEqualTo(dir);
    assertThat(nodes.parentId(dir)).isEqualTo(1);
    assertThat(nodes.ino(file)).isEqualTo(7);
    assertThat(nodes.ino(1)).isZero();
  }

  @Test
  void known_idNeverGivenOut_estale() {
    assertThatThrownBy(() -> nodes.known(17))
        .isInstanceOfSatisfying(
            FuseException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESTALE));
  }

  @Test
  void lookupsAndForgets_manyThreads_countsAreExact() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> work = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        work.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 50_000; i++) {
                    Entry entry = entry("n" + i % 3);
                    long id = nodes.lookedUp(entry, 1);
                    // What was counted and not forgotten cannot be gone.
                    assertThat(nodes.node(id)).isEqualTo(entry.node());
                    nodes.forget(id, 1);
                  }
                }));
      }
      for (Future<?> part : work) {
        part.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(nodes.size()).isZero();
    for (int i = 0; i < 3; i++) {
      assertThat(nodes.id(new Named("n" + i))).isZero();
    }
  }
}
