package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BackgroundLogTest {
  @Test
  void file_stateDirectory_isTheUsers() {
    assertThat(file(Map.of("XDG_STATE_HOME", "/s", "HOME", "/h"), "/mnt/data"))
        .isEqualTo("/s/thins3/mnt-data.log");
    assertThat(file(Map.of("XDG_STATE_HOME", "relative", "HOME", "/h"), "/mnt/data"))
        .isEqualTo("/h/.local/state/thins3/mnt-data.log");
    assertThat(file(Map.of(), "/mnt/data"))
        .isEqualTo(System.getProperty("user.home") + "/.local/state/thins3/mnt-data.log");
  }

  @Test
  void file_anyMountPoint_isAPlainName() {
    assertThat(file(Map.of("HOME", "/h"), "/a b/ä\n*/x" + "y".repeat(500)))
        .matches("/h/.local/state/thins3/[A-Za-z0-9._-]{200}~[0-9a-f]{8}\\.log");
    assertThat(file(Map.of("HOME", "/h"), "/mnt/a-b"))
        .matches("/h/.local/state/thins3/mnt-a-b~[0-9a-f]{8}\\.log");
  }

  @Test
  void file_differentMountPoints_differ() {
    String longPath = "/" + "y".repeat(200);
    List<String> paths =
        List.of(
            "/mnt/a/b",
            "/mnt/a-b",
            "/mnt-a/b",
            "/mnt-a-b",
            "/mnt/ä",
            "/mnt/ö",
            "/mnt/_",
            "/mnt/a b",
            "/mnt/a_b",
            "/mnt/a~b",
            longPath,
            "/1" + longPath,
            "/2" + longPath,
            "/mnt/a/b~01234567");
    assertThat(paths.stream().map(path -> file(Map.of("HOME", "/h"), path)).distinct())
        .hasSameSizeAs(paths);
  }

  @Test
  void file_samePath_isTheSameAtEveryStart() {
    assertThat(file(Map.of("HOME", "/h"), "/mnt/a-b"))
        .isEqualTo("/h/.local/state/thins3/mnt-a-b~6471c557.log");
  }

  private static String file(Map<String, String> environment, String mountPoint) {
    return BackgroundLog.file(environment, Path.of(mountPoint)).toString();
  }
}
