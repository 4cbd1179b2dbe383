package io.thins3.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.thins3.bench.measure.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real mount. */
final class DirectoriesIT {
  private final Commands commands = new Commands(new Cleanup());

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  /** An unmount that failed must not end in the removal of everything in a bucket. */
  @Test
  void deleteTree_withAMountInIt_leavesTheMountAndRemovesTheRest() throws Exception {
    assumeTrue(Machine.isRoot(), "not root: nothing can be mounted without a client");
    Path root = directory.toRealPath().resolve("root");
    Path mount = Files.createDirectories(root.resolve("mnt/one"));
    Files.createDirectories(root.resolve("cache/one"));
    commands.require(List.of("mount", "-t", "tmpfs", "thins3-test", mount.toString()));
    try {
      Files.writeString(mount.resolve("precious"), "x");

      assertThatThrownBy(() -> Directories.deleteTree(root))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(mount + " is still mounted");

      assertThat(mount.resolve("precious")).exists();
      assertThat(root.resolve("cache")).doesNotExist();
    } finally {
      commands.require(List.of("umount", mount.toString()));
    }
    Directories.deleteTree(root);
    assertThat(root).doesNotExist();
  }
}
