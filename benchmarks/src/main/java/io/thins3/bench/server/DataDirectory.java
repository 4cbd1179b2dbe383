package io.thins3.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the server's data and the sources of copies lie: on a RAM disk where it has room, so that
 * no disk is measured, else among the temporary files.
 *
 * @param path a directory of our own, to be removed at the end
 * @param onRamDisk whether it is on /dev/shm
 */
public record DataDirectory(Path path, boolean onRamDisk) {
  private static final Path RAM_DISK = Path.of("/dev/shm");

  /** Creates a directory with room for {@code neededBytes}. */
  public static DataDirectory create(String prefix, long neededBytes) throws IOException {
    if (Files.isWritable(RAM_DISK)
        && Files.getFileStore(RAM_DISK).getUsableSpace() >= neededBytes
        && availableMemory() >= neededBytes) {
      return new DataDirectory(Files.createTempDirectory(RAM_DISK, prefix), true);
    }
    Path path = Files.createTempDirectory(prefix);
    long room = Files.getFileStore(path).getUsableSpace();
    if (room < neededBytes) {
      Files.delete(path);
      throw new IOException(
          "%d MiB are needed for the data, %s has %d MiB: free some room, set -Djava.io.tmpdir in"
                  .formatted(neededBytes >> 20, path.getParent(), room >> 20)
              + " JAVA_TOOL_OPTIONS, or use --quick");
    }
    return new DataDirectory(path, false);
  }

  /** The size of /dev/shm promises nothing: it may be as large as memory that is in use. */
  private static long availableMemory() throws IOException {
    return Files.readAllLines(Path.of("/proc/meminfo")).stream()
        .filter(line -> line.startsWith("MemAvailable:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
        .findFirst()
        .orElse(0);
  }

  /** In words, for the header of a run. */
  public String describe() {
    return onRamDisk ? "RAM disk (/dev/shm)" : "disk (" + path.getParent() + ")";
  }
}
