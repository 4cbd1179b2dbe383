package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
        .matches("/h/.local/state/thins3/[A-Za-z0-9._-]{200}\\.log");
  }

  private static String file(Map<String, String> environment, String mountPoint) {
    return BackgroundLog.file(environment, Path.of(mountPoint)).toString();
  }
}
