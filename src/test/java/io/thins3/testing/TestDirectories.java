package io.thins3.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories for the data of test servers. */
final class TestDirectories {
  private static final Path RAM_DISK = Path.of("/dev/shm");
  private static final long ENOUGH = 4L << 30;

  private TestDirectories() {}

  /** A new directory, on the RAM disk when there is one with room. */
  static Path create(String prefix) throws IOException {
    if (Files.isWritable(RAM_DISK) && Files.getFileStore(RAM_DISK).getUsableSpace() >= ENOUGH) {
      return Files.createTempDirectory(RAM_DISK, prefix);
    }
    return Files.createTempDirectory(prefix);
  }

  /** Removes a directory with all that is in it; a server may be removing files as well. */
  static void delete(Path directory) {
    List<Path> found;
    try (Stream<Path> walk = Files.walk(directory)) {
      found = walk.sorted(Comparator.reverseOrder()).toList();
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (Path path : found) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
