package io.thins3.fs;

import static io.thins3.fs.WalkedTree.byInode;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.meta.Metadata.FileMetadata;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TreeWalkTest {
  private final WalkedTree tree = new WalkedTree();

  private List<String> ahead(
      EntryOrder order, String from, @Nullable String top, int directories, int files) {
    List<String> seen = new ArrayList<>();
    tree.walk.ahead(
        order,
        from,
        top,
        directories,
        new TreeWalk.Visitor() {
          private int left = files;

          @Override
          public boolean file(String path, FileMetadata version) {
            seen.add(path);
            return --left > 0;
          }

          @Override
          public void unlisted(String directory) {
            seen.add(directory + "/?");
          }
        });
    return seen;
  }

  @Test
  void ahead_ownDirectory_restOfItsSmallFiles() throws Exception {
    tree.files("d", 4).files("d/f0001sub", 1).files("e", 1);
    tree.store.put("d/f0002a", "").put("d/f0002b", new byte[(512 << 10) + 1]);
    tree.listed("", "d", "d/f0001sub", "e");
    assertThat(ahead(EntryOrder.NAME, "d/f0000", null, 0, 99))
        .as("an empty one costs a request too")
        .containsExactly("d/f0001", "d/f0002", "d/f0002a", "d/f0003");
    assertThat(ahead(EntryOrder.NAME, "d/f0000", null, 0, 2)).containsExactly("d/f0001", "d/f0002");
    assertThat(ahead(EntryOrder.NAME, "d/f0003", null, 0, 99)).isEmpty();
  }

  @Test
  void ahead_throughDirectories_depthFirst() throws Exception {
    tree.files("t/a/x", 2).files("t/a/y", 2).files("t/b/x", 2).files("u", 1);
    tree.store.put("t/a/z", "file");
    tree.listed("", "t", "t/a", "t/a/x", "t/a/y", "t/b", "t/b/x", "u");
    assertThat(ahead(EntryOrder.NAME, "t/a/x/f0000", "t", 8, 99))
        .containsExactly(
            "t/a/x/f0001", "t/a/y/f0000", "t/a/y/f0001", "t/a/z", "t/b/x/f0000", "t/b/x/f0001");
    assertThat(ahead(EntryOrder.NAME, "t/a/x/f0000", "t/a", 8, 99))
        .containsExactly("t/a/x/f0001", "t/a/y/f0000", "t/a/y/f0001", "t/a/z");
    assertThat(ahead(EntryOrder.NAME, "t/a/x/f0000", "t", 1, 99))
        .as("one further directory")
        .containsExactly("t/a/x/f0001", "t/a/y/f0000", "t/a/y/f0001", "t/a/z");
  }

  @Test
  void ahead_unlistedDirectories_areToListAndNoFileBehindThemIsShown() throws Exception {
    tree.files("t/a", 2).files("t/b", 2).files("t/c", 2).files("t/d", 2).files("t/e", 2);
    tree.listed("t", "t/a", "t/c");
    assertThat(ahead(EntryOrder.NAME, "t/a/f0000", "t", 3, 99))
        .containsExactly("t/a/f0001", "t/b/?", "t/d/?");
    assertThat(ahead(EntryOrder.NAME, "t/a/f0000", "t", 4, 1))
        .as("enough files: directories are shown all the same")
        .containsExactly("t/a/f0001", "t/b/?", "t/d/?", "t/e/?");
  }

  @Test
  void ahead_ownListingForgotten_isToListAgain() throws Exception {
    tree.files("d", 4).listed("d");
    assertThat(ahead(EntryOrder.NAME, "d/f0000", null, 0, 99)).hasSize(3);
    tree.forget("d/f0000");
    assertThat(ahead(EntryOrder.NAME, "d/f0000", null, 0, 99)).containsExactly("d/?");
  }

  @Test
  void ahead_byInode_filesInOrderOfTheirNumbers() throws Exception {
    tree.files("d", 3).listed("d");
    List<String> order = byInode("d/f0000", "d/f0001", "d/f0002");
    assertThat(ahead(EntryOrder.INODE, order.get(0), null, 0, 99))
        .containsExactlyElementsOf(order.subList(1, 3));
  }

  @Test
  void skipped_countsWhatAWalkWouldHaveOpened() throws Exception {
    tree.files("t/a", 9).files("t/b", 9).files("t/c", 9).listed("t", "t/a", "t/b", "t/c");
    assertThat(tree.walk.skipped(EntryOrder.NAME, "t/a/f0001", "t/a/f0002")).isZero();
    assertThat(tree.walk.skipped(EntryOrder.NAME, "t/a/f0001", "t/a/f0005")).isEqualTo(3);
    assertThat(tree.walk.skipped(EntryOrder.NAME, "t/a/f0001", "t/a/f0006")).isNegative();
    assertThat(tree.walk.skipped(EntryOrder.NAME, "t/a/f0002", "t/a/f0001")).isNegative();
    assertThat(tree.walk.skipped(EntryOrder.NAME, "t/a/f0008", "t/b/f0000")).isZero();
    assertThat(tree.walk.skipped(EntryOrder.NAME, "t/a/f0007", "t/b/f0001")).isEqualTo(2);
    assertThat(tree.walk.skipped(EntryOrder.NAME, "t/a/f0008", "t/c/f0000")).isEqualTo(1);
    assertThat(tree.walk.skipped(EntryOrder.NAME, "t/a/f0006", "t/c/f0001")).isNegative();
    assertThat(tree.walk.skipped(EntryOrder.NAME, "t/b/f0000", "t/a/f0008")).isNegative();
  }

  @Test
  void commonDirectory_isTheOneOfWholeNames() {
    assertThat(TreeWalk.commonDirectory("a/bc/d", "a/bd/d")).isEqualTo("a");
    assertThat(TreeWalk.commonDirectory("x", "y")).isEmpty();
    assertThat(TreeWalk.commonDirectory("a/b/c", "a/b/d")).isEqualTo("a/b");
  }
}
