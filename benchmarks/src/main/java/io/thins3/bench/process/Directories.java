package io.thins3.bench.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Removes directories that this program made. */
public final class Directories {
  private Directories() {}

  /**
   * Removes a directory and what is in it; follows no links. Nothing happens when it is absent.
   *
   * <p>What is still mounted in it is not entered: an unmount that failed must not end in the
   * removal of everything in a bucket.
   *
   * @throws IOException when something could not be removed, or is still mounted; everything beside
   *     it is gone
   */
  public static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Set<String> mounted = Set.copyOf(MountTable.mountPoints());
    List<Path> left = new ArrayList<>();
    Path real = root.toRealPath();
    delete(real, mounted, left);
    if (!left.isEmpty()) {
      throw new IOException(
          "%s is still mounted: umount -l %s; rm -r %s".formatted(left.get(0), left.get(0), root));
    }
  }

  private static void delete(Path path, Set<String> mounted, List<Path> left) throws IOException {
    // Looked up by name first: a look at the root of a mount may hang.
    if (mounted.contains(path.toString())) {
      left.add(path);
      return;
    }
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        for (Path entry : entries) {
          delete(entry, mounted, left);
        }
      }
    }
    if (left.stream().noneMatch(mount -> mount.startsWith(path))) {
      Files.deleteIfExists(path);
    }
  }
}
