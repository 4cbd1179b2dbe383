package io.thins3.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MountTableTest {
  private static final String ROOT = "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n";

  private static MountInfo only(String line) throws IOException {
    return MountTable.parse(line).mounts().get(0);
  }

  private static long topmost(String table, String path) throws IOException {
    MountInfo top = MountTable.parse(table).topmostAt(Path.of(path));
    return top == null ? -1 : top.id();
  }

  @Test
  void parse_lineOfFuseMount_allFields() throws IOException {
    MountInfo mount =
        only(
            "61 27 0:52 / /mnt/data rw,nosuid,nodev,relatime shared:7 master:2 - fuse.thins3"
                + " thins3:bucket rw,user_id=0,group_id=0\n");
    assertThat(mount.id()).isEqualTo(61);
    assertThat(mount.parentId()).isEqualTo(27);
    assertThat(mount.device()).isEqualTo("0:52");
    assertThat(mount.root()).isEqualTo("/");
    assertThat(mount.mountPoint()).isEqualTo("/mnt/data");
    assertThat(mount.type()).isEqualTo("fuse.thins3");
    assertThat(mount.source()).isEqualTo("thins3:bucket");
    assertThat(mount.mountOptions()).containsExactly("rw", "nosuid", "nodev", "relatime");
    assertThat(mount.superOptions()).containsExactly("rw", "user_id=0", "group_id=0");
  }

  @Test
  void parse_noOptionalFields_typeFound() throws IOException {
    assertThat(only(ROOT).type()).isEqualTo("ext4");
  }

  @Test
  void parse_octalEscapes_undone() throws IOException {
    MountInfo mount = only("5 1 0:9 /a\\040b /m\\011\\012\\134040\\043 rw - tmpfs a\\040b rw");
    assertThat(mount.root()).isEqualTo("/a b");
    assertThat(mount.mountPoint()).isEqualTo("/m\t\n\\040#");
    assertThat(mount.source()).isEqualTo("a b");
  }

  @Test
  void parse_backslashWithoutDigits_kept() {
    assertThat(MountTable.unescape("a\\9\\04")).isEqualTo("a\\9\\04");
  }

  @Test
  void parse_sourceEmptyOrWithSpaces_optionsStillFound() throws IOException {
    assertThat(only("5 1 0:9 / /m rw - tmpfs  rw").source()).isEmpty();
    MountInfo careless = only("5 1 0:9 / /m rw - 9p my share rw,x");
    assertThat(careless.source()).isEqualTo("my share");
    assertThat(careless.superOptions()).containsExactly("rw", "x");
  }

  @Test
  void parse_brokenLine_namesIt() {
    for (String line :
        new String[] {"5", "a 1 0:9 / /m rw - t s rw", "5 1 0:9 / /m rw", "5 1 0:9 / /m rw - t"}) {
      assertThatThrownBy(() -> MountTable.parse(line))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(line);
    }
  }

  @Test
  void topmostAt_nothingMounted_null() throws IOException {
    assertThat(topmost(ROOT, "/mnt")).isEqualTo(-1);
    assertThat(topmost(ROOT + "5 27 0:9 / /mnt rw - t s rw", "/mnt/below")).isEqualTo(-1);
    assertThat(topmost(ROOT + "5 27 0:9 / /mnt2 rw - t s rw", "/mnt")).isEqualTo(-1);
  }

  @Test
  void topmostAt_root_rootMount() throws IOException {
    assertThat(topmost(ROOT, "/")).isEqualTo(27);
  }

  @Test
  void topmostAt_stacked_lastOfTheChainWhateverTheOrder() throws IOException {
    String lower = "50 27 0:50 / /m rw - t lower rw\n";
    String middle = "40 50 0:40 / /m rw - t middle rw\n";
    String upper = "60 40 0:60 / /m rw - t upper rw\n";
    assertThat(topmost(ROOT + lower + middle + upper, "/m")).isEqualTo(60);
    assertThat(topmost(ROOT + upper + lower + middle, "/m")).isEqualTo(60);
  }

  @Test
  void topmostAt_belowAnotherMount_found() throws IOException {
    assertThat(
            topmost(
                ROOT + "50 27 0:50 / /a rw - t s rw\n60 50 0:60 / /a/b/c rw - t s rw\n", "/a/b/c"))
        .isEqualTo(60);
  }

  @Test
  void topmostAt_hiddenByMountOnParent_null() throws IOException {
    String hidden = "50 27 0:50 / /a/b rw - t hidden rw\n";
    String over = "60 27 0:60 / /a rw - t over rw\n";
    assertThat(topmost(ROOT + hidden + over, "/a/b")).isEqualTo(-1);
    assertThat(topmost(ROOT + hidden + over, "/a")).isEqualTo(60);
  }

  @Test
  void topmostAt_changedRootWithoutMount_found() throws IOException {
    assertThat(topmost("50 27 0:50 / /m rw - t s rw\n", "/m")).isEqualTo(50);
  }

  @Test
  void topmostAt_relativePath_refused() {
    assertThatThrownBy(() -> topmost(ROOT, "m")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void contains_sameIdOfAnotherFileSystem_false() throws IOException {
    MountInfo gone = only("5 1 0:9 / /m rw - fuse.a a rw");
    assertThat(MountTable.parse("5 1 0:9 / /m ro - fuse.a a ro").contains(gone)).isTrue();
    assertThat(MountTable.parse("5 1 0:10 / /m rw - fuse.a a rw").contains(gone)).isFalse();
    assertThat(MountTable.parse("6 1 0:9 / /m rw - fuse.a a rw").contains(gone)).isFalse();
  }

  @Test
  void system_thisMachine_hasRootOrProc() throws IOException {
    assertThat(MountTable.system().read().mounts()).isNotEmpty();
  }

  @Test
  void mountCommand_outputOfMacOs_stacksUnderstood() {
    MountTable table =
        MountCommand.parse(
            """
            /dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
            devfs on /dev (devfs, local, nobrowse)
            thins3:a on /Users/x/my mnt (macfuse, nodev, nosuid, synchronous, mounted by x)
            thins3:b on /Users/x/my mnt (macfuse, nodev, nosuid, synchronous, mounted by x)
            map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
            """);
    assertThat(table.mounts()).hasSize(5);
    MountInfo top = table.topmostAt(Path.of("/Users/x/my mnt"));
    assertThat(top)
        .extracting(MountInfo::source, MountInfo::type)
        .containsExactly("thins3:b", "macfuse");
    assertThat(table.topmostAt(Path.of("/dev"))).isNotNull();
    assertThat(table.topmostAt(Path.of("/Users"))).isNull();
  }
}
