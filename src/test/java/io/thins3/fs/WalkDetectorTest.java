package io.thins3.fs;

import static io.thins3.fs.WalkedTree.file;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WalkDetectorTest {
  private static final int SIZE = 7;

  private final WalkedTree tree = new WalkedTree();
  private final List<Walker> forgotten = new ArrayList<>();
  private final WalkDetector detector = new WalkDetector(tree.walk, forgotten::add);

  private Walker readWhole(String path) {
    FileProgress progress = new FileProgress(SIZE);
    Walker walker = detector.opened(path, progress, tree.ticker.read());
    progress.read(0, 4096);
    return walker;
  }

  private Walker readInPart(String path) {
    FileProgress progress = new FileProgress(SIZE);
    Walker walker = detector.opened(path, progress, tree.ticker.read());
    progress.read(0, 2);
    return walker;
  }

  private void directory(String name, int files) throws StoreException {
    tree.files(name, files).listed(name);
  }

  @Test
  void opened_threeFilesInOrder_isWalking() throws Exception {
    directory("d", 10);
    assertThat(readWhole("d/f0000").isWalking()).isFalse();
    assertThat(readWhole("d/f0001").isWalking()).isFalse();
    Walker walker = readWhole("d/f0002");
    assertThat(walker.isWalking()).isTrue();
    assertThat(walker.order()).isEqualTo(EntryOrder.NAME);
    assertThat(walker.top()).as("it stays in its directory").isNull();
  }

  @Test
  void opened_withGaps_isWalkingAfterMoreFiles() throws Exception {
    directory("d", 20);
    readWhole("d/f0000");
    readWhole("d/f0002");
    readWhole("d/f0004");
    assertThat(readWhole("d/f0008").isWalking()).isFalse();
    assertThat(readWhole("d/f0010").isWalking()).isTrue();
  }

  @Test
  void opened_gapTooLarge_isAnother() throws Exception {
    directory("d", 20);
    Walker walker = readWhole("d/f0000");
    assertThat(readWhole("d/f0005")).isNotSameAs(walker);
    assertThat(readWhole("d/f0004")).as("the first one's next").isSameAs(walker);
  }

  @Test
  void opened_largeFilesBetween_areNoGap() throws Exception {
    tree.files("d", 3);
    for (int i = 0; i < 10; i++) {
      tree.store.put("d/f0001b" + i, new byte[(512 << 10) + 1]);
    }
    tree.listed("d");
    readWhole("d/f0000");
    readWhole("d/f0001");
    assertThat(readWhole("d/f0002").isWalking()).isTrue();
  }

  @Test
  void opened_largeFileIsOpenedToo_walkGoesOn() throws Exception {
    tree.files("d", 3).store.put("d/f0001b", new byte[(512 << 10) + 1]);
    tree.listed("d");
    readWhole("d/f0000");
    readWhole("d/f0001");
    detector.opened("d/f0001b", null, 0);
    assertThat(readWhole("d/f0002").isWalking()).isTrue();
  }

  @Test
  void opened_filesReadInPart_isNotWalking() throws Exception {
    directory("d", 30);
    for (int i = 0; i < 30; i++) {
      assertThat(readInPart(file("d", i)).isWalking()).isFalse();
    }
  }

  /** The kernel may have their pages: then only open(2) is seen. */
  @Test
  void opened_filesNotReadAtAll_isWalking() throws Exception {
    directory("d", 3);
    for (int i = 0; i < 2; i++) {
      detector.opened(file("d", i), new FileProgress(SIZE), 0);
    }
    assertThat(readWhole("d/f0002").isWalking()).isTrue();
  }

  @Test
  void opened_walkTurnsToReadingInPart_ends() throws Exception {
    directory("d", 30);
    Walker walker = readWhole(file("d", 0));
    for (int i = 1; i < 20; i++) {
      readWhole(file("d", i));
    }
    assertThat(walker.isWalking()).isTrue();
    for (int i = 20; i < 24; i++) {
      assertThat(readInPart(file("d", i))).isSameAs(walker);
    }
    assertThat(walker.isWalking()).isFalse();
  }

  @Test
  void opened_atRandom_isSeldomWalking() throws Exception {
    directory("d", 1000);
    List<Integer> order = new ArrayList<>(IntStream.range(0, 1000).boxed().toList());
    long seed = 20261123;
    Collections.shuffle(order, new Random(seed));
    long walking = order.stream().filter(i -> readWhole(file("d", i)).isWalking()).count();
    assertThat(walking).as("seed %d", seed).isLessThan(10);
  }

  @Test
  void opened_twoInOneDirectory_areTwoWalkers() throws Exception {
    directory("d", 40);
    Walker first = readWhole(file("d", 0));
    Walker second = readWhole(file("d", 20));
    for (int i = 1; i < 10; i++) {
      assertThat(readWhole(file("d", i))).isSameAs(first);
      assertThat(readWhole(file("d", 20 + i))).isSameAs(second);
    }
    assertThat(first.isWalking()).isTrue();
    assertThat(second.isWalking()).isTrue();
  }

  /** cp -r opens so. */
  @Test
  void opened_inOrderOfInodeNumbers_isWalkingInThatOrder() throws Exception {
    directory("d", 200);
    List<String> paths =
        WalkedTree.byInode(
            IntStream.range(0, 200).mapToObj(i -> file("d", i)).toArray(String[]::new));
    readWhole(paths.get(0));
    readWhole(paths.get(1));
    Walker walker = readWhole(paths.get(2));
    assertThat(walker.isWalking()).isTrue();
    assertThat(walker.order()).isEqualTo(EntryOrder.INODE);
  }

  @Test
  void opened_nextDirectories_moreAndMoreOfThemAhead() throws Exception {
    for (int d = 0; d < 6; d++) {
      directory("top/d" + d, 5);
    }
    tree.listed("top");
    List<Integer> directories = new ArrayList<>();
    Walker walker = readWhole(file("top/d0", 0));
    for (int d = 0; d < 6; d++) {
      for (int i = 0; i < 5; i++) {
        assertThat(readWhole(file("top/d" + d, i))).isSameAs(walker);
      }
      directories.add(walker.directories());
    }
    assertThat(directories).containsExactly(0, 1, 2, 4, 8, 8);
    assertThat(walker.top()).isEqualTo("top");
  }

  @Test
  void opened_firstFileOfAFarDirectory_isAnother() throws Exception {
    for (int d = 0; d < 9; d++) {
      directory("top/d" + d, 5);
    }
    tree.listed("top");
    Walker walker = readWhole(file("top/d0", 0));
    for (int i = 1; i < 5; i++) {
      readWhole(file("top/d0", i));
    }
    assertThat(readWhole(file("top/d8", 0))).isNotSameAs(walker);
    assertThat(readWhole(file("top/d2", 4))).as("not from its beginning").isNotSameAs(walker);
    assertThat(readWhole(file("top/d1", 0))).isSameAs(walker);
  }

  @Test
  void opened_twoLevels_topIsWhereTheyMeet() throws Exception {
    for (String directory : List.of("t/a/x", "t/a/y", "t/b/x")) {
      directory(directory, 3);
    }
    tree.listed("t", "t/a", "t/b");
    Walker walker = readWhole("t/a/x/f0002");
    assertThat(readWhole("t/a/y/f0000")).isSameAs(walker);
    assertThat(walker.top()).isEqualTo("t/a");
    readWhole("t/a/y/f0001");
    readWhole("t/a/y/f0002");
    assertThat(readWhole("t/b/x/f0000")).isSameAs(walker);
    assertThat(walker.top()).isEqualTo("t");
  }

  @Test
  void opened_listingUnknown_isNoWalk() {
    tree.files("d", 10);
    Walker walker = readWhole("d/f0000");
    assertThat(readWhole("d/f0001")).isNotSameAs(walker);
  }

  @Test
  void opened_listingForgottenMeanwhile_orderIsStillKnown() throws Exception {
    directory("d", 10);
    readWhole("d/f0000");
    readWhole("d/f0001");
    tree.forget("d/f0001");
    assertThat(readWhole("d/f0002").isWalking()).isTrue();
  }

  @Test
  void opened_afterAMinute_isAnother() throws Exception {
    directory("d", 10);
    Walker walker = readWhole("d/f0000");
    tree.ticker.advance(Duration.ofSeconds(61));
    tree.listed("d");
    assertThat(readWhole("d/f0001")).isNotSameAs(walker);
    assertThat(forgotten).containsExactly(walker);
  }

  @Test
  void opened_manyPlaces_theLongestIdleIsForgotten() {
    Walker first = readWhole("d0/f");
    for (int i = 1; i <= WalkDetector.MOST_WALKERS; i++) {
      readWhole("d" + i + "/f");
    }
    assertThat(forgotten).containsExactly(first);
    assertThat(first.isWalking()).isFalse();
  }

  @Test
  void window_growsWhenWaitedFor_halvesWhenWrong() {
    Walker walker = new Walker("d/f", null, 0);
    walker.used(false);
    assertThat(walker.window()).isEqualTo(Walker.FIRST_WINDOW);
    for (int i = 0; i < 100; i++) {
      walker.used(true);
    }
    assertThat(walker.window()).isEqualTo(Walker.LARGEST_WINDOW);
    int counted = 0;
    for (int i = 0; i < 32; i++) {
      counted += walker.mistaken() ? 1 : 0;
    }
    assertThat(walker.window()).isEqualTo(1);
    assertThat(counted).as("one walk that ends early is not the end of all").isEqualTo(8);
  }

  @Test
  void score_moreThanAQuarterWrong_isOffForAMinute() {
    GuessScore score = new GuessScore();
    for (int i = 0; i < 8; i++) {
      assertThat(score.add(false, 0)).isFalse();
    }
    for (int i = 0; i < 32; i++) {
      assertThat(score.add(true, 0)).isFalse();
    }
    for (int i = 0; i < 8; i++) {
      assertThat(score.add(false, 0)).isFalse();
    }
    assertThat(score.add(false, 0)).isTrue();
    assertThat(score.isOff(GuessScore.OFF.toNanos() - 1)).isTrue();
    assertThat(score.isOff(GuessScore.OFF.toNanos())).isFalse();
    assertThat(score.add(false, GuessScore.OFF.toNanos())).as("a new beginning").isFalse();
  }
}
