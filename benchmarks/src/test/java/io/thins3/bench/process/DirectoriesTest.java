package io.thins3.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoriesTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @Test
  void deleteTree_filesAndLinks_removesThemAndNotWhatLinksLeadTo() throws IOException {
    Path outside = Files.createDirectory(directory.resolve("outside"));
    Files.writeString(outside.resolve("kept"), "x");
    Path root = directory.resolve("root");
    Files.createDirectories(root.resolve("a/b"));
    Files.writeString(root.resolve("a/b/file"), "x");
    Files.createSymbolicLink(root.resolve("link"), outside);

    Directories.deleteTree(root);

    assertThat(root).doesNotExist();
    assertThat(outside.resolve("kept")).exists();
  }

  @Test
  void deleteTree_absent_isNothing() throws IOException {
    Directories.deleteTree(directory.resolve("absent"));

    assertThat(directory).isEmptyDirectory();
  }
}
