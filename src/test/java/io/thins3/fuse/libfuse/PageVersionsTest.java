package io.thins3.fuse.libfuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.fuse.Attributes;
import io.thins3.fuse.FileHandle;
import io.thins3.fuse.FileType;
import io.thins3.fuse.Node;
import io.thins3.fuse.OpenResult;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PageVersionsTest {
  private static final Node ONE = new Node() {};
  private static final Node TWO = new Node() {};
  private static final OpenResult KEEP = new OpenResult(new FileHandle() {}, true, false);
  private static final OpenResult DROP = new OpenResult(new FileHandle() {}, false, false);
  private static final OpenResult DIRECT = new OpenResult(new FileHandle() {}, true, true);

  private final PageVersions versions = new PageVersions();

  private PageVersions.Decision open(String path, Node node, OpenResult result, String expected) {
    PageVersions.Decision decision = versions.opened(path, node, 10, result);
    String name = decision.directIo() ? "direct" : decision.keepCache() ? "keep" : "drop";
    assertThat(name).isEqualTo(expected);
    assertThat(decision.version() == null).isEqualTo(decision.directIo());
    return decision;
  }

  private void close(String path, PageVersions.Decision decision) {
    if (decision.version() != null) {
      versions.closed(path, decision.version());
    }
  }

  @Test
  void opened_firstTime_pagesDropped() {
    open("/f", ONE, KEEP, "drop");
  }

  @Test
  void opened_sameNodeAgain_asTheFileSystemSays() {
    PageVersions.Decision first = open("/f", ONE, KEEP, "drop");
    open("/f", ONE, KEEP, "keep");
    open("/f", ONE, DROP, "drop");
    close("/f", first);
    open("/f", ONE, KEEP, "keep");
    open("/g", ONE, KEEP, "drop");
  }

  @Test
  void opened_otherNodeWhileFirstIsOpen_directIo() {
    PageVersions.Decision first = open("/f", ONE, KEEP, "drop");
    PageVersions.Decision second = open("/f", TWO, KEEP, "direct");
    open("/f", ONE, KEEP, "keep");
    close("/f", second);
    close("/f", first);
    open("/f", TWO, KEEP, "direct");
  }

  @Test
  void opened_otherNodeAfterLastClose_pagesDropped() {
    close("/f", open("/f", ONE, KEEP, "drop"));
    close("/f", open("/f", TWO, KEEP, "drop"));
    close("/f", open("/f", TWO, KEEP, "keep"));
    open("/f", ONE, KEEP, "drop");
  }

  @Test
  void opened_directIo_staysAndCountsNot() {
    open("/f", ONE, DIRECT, "direct");
    open("/f", TWO, KEEP, "drop");
  }

  @Test
  void renamed_openFile_guardedUnderTheNewName() {
    open("/d/f", ONE, KEEP, "drop");
    open("/e/f", TWO, KEEP, "drop");
    versions.renamed("/d", "/e");
    open("/e/f", TWO, KEEP, "direct");
    open("/e/f", ONE, KEEP, "keep");
    open("/d/f", TWO, KEEP, "drop");
    open("/dd/f", TWO, KEEP, "drop");
  }

  @Test
  void removed_pathComesBack_anotherInode() {
    PageVersions.Decision first = open("/f", ONE, KEEP, "drop");
    versions.removed("/f");
    PageVersions.Decision second = open("/f", TWO, KEEP, "drop");
    close("/f", first);
    open("/f", ONE, KEEP, "direct");
    close("/f", second);
    open("/f", TWO, KEEP, "keep");
  }

  @Test
  void told_otherNodesSize_opensPagesAreSuperseded() {
    PageVersions.Decision first = open("/f", ONE, KEEP, "drop");
    versions.told("/f", ONE, attributes(11));
    versions.told("/f", TWO, attributes(10));
    versions.told("/g", TWO, attributes(11));
    assertThat(superseded(first)).isFalse();
    versions.told("/f", TWO, attributes(11));
    assertThat(superseded(first)).isTrue();
    open("/f", ONE, KEEP, "direct");
    open("/f", TWO, KEEP, "direct");
    close("/f", first);
    assertThat(superseded(open("/f", ONE, KEEP, "drop"))).isFalse();
  }

  private static boolean superseded(PageVersions.Decision decision) {
    return Objects.requireNonNull(decision.version()).superseded();
  }

  private static Attributes attributes(long size) {
    return new Attributes(
        1, FileType.REGULAR, 0444, 1, 0, 0, size, Instant.EPOCH, Instant.EPOCH, Instant.EPOCH);
  }

  @Test
  void closed_manyPaths_notAllRemembered() {
    for (int i = 0; i < 10_050; i++) {
      close("/" + i, open("/" + i, ONE, KEEP, "drop"));
    }
    open("/5", ONE, KEEP, "keep");
    open("/10040", ONE, KEEP, "drop");
  }
}
