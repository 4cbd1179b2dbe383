package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.fuse.MountTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountedPathTest {
  private static final String TABLE =
      """
      20 1 8:1 / / rw - ext4 /dev/sda1 rw
      30 20 0:50 / /mnt/a rw - fuse.thins3 thins3:a rw,user_id=1000,group_id=1000
      31 20 0:51 / /mnt/b\\040c rw - fuse.thins3 thins3:b rw,user_id=0,group_id=0
      32 20 0:50 /sub/dir /bind rw - fuse.thins3 thins3:a rw,user_id=1000,group_id=1000
      33 30 0:60 / /mnt/a/inner rw - tmpfs tmpfs rw
      34 20 0:61 / /over rw - fuse.thins3 thins3:below rw,user_id=0
      35 34 0:62 / /over rw - fuse.thins3 thins3:above rw,user_id=0
      """;

  private static final Map<String, String> LINKS =
      Map.of(
          "/to-a", "/mnt/a",
          "/mnt/rel", "../mnt/./a/x",
          "/loop", "loop",
          "/home", "mnt//",
          "/mnt/a/link", "/etc");

  private final List<Path> touched = new ArrayList<>();

  private @Nullable MountedPath find(String path) throws IOException {
    return MountedPath.find(
        Path.of(path),
        MountTable.parse(TABLE),
        mount -> mount.type().equals("fuse.thins3"),
        link -> {
          touched.add(link);
          return LINKS.get(link.toString());
        });
  }

  @ParameterizedTest
  @CsvSource({
    "/mnt/a, 0:50, /",
    "/mnt/a/, 0:50, /",
    "/mnt/a/x/y, 0:50, /x/y",
    "/mnt/a/x/../y/./z, 0:50, /y/z",
    "/mnt/a/../a/x, 0:50, /x",
    "/mnt/a/../../etc, 8:1, /etc",
    "'/mnt/b c/x', 0:51, /x",
    "/bind/f, 0:50, /sub/dir/f",
    "/bind, 0:50, /sub/dir",
    "/to-a/x, 0:50, /x",
    "/mnt/rel/y, 0:50, /x/y",
    "/home/a/x, 0:50, /x",
    "/mnt/a/link/x, 0:50, /link/x",
    "/mnt/a/inner/x, 0:60, /x",
    "/mnt/a/inner/../x, 0:50, /x",
    "/mnt/ab/x, 8:1, /mnt/ab/x",
    "/over/x, 0:62, /x",
    "/../.., 8:1, /"
  })
  void find_path_mountAndPathInIt(String path, String device, String inside) throws IOException {
    MountedPath found = Objects.requireNonNull(find(path));
    assertThat(found.mount().device()).isEqualTo(device);
    assertThat(found.path()).isEqualTo(inside);
  }

  @Test
  void find_loopOfLinks_null() throws IOException {
    assertThat(find("/loop/x")).isNull();
  }

  @Test
  void find_inAMount_nothingInItIsTouched() throws IOException {
    find("/mnt/a/x/y/z");
    assertThat(touched).containsExactly(Path.of("/mnt"));
  }
}
