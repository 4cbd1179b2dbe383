package io.thins3.write;

import io.thins3.write.WriteException.Kind;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much may lie in the staging directory: never more than its limit, and never the last 5 % of
 * its disk. What is refused is refused before it is written. Thread-safe.
 */
final class StagingSpace {
  private static final int KEPT_FREE = 20;

  private final Path directory;
  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  /**
   * @param limit bytes of all staging files together
   */
  StagingSpace(Path directory, long limit) {
    this.directory = directory;
    this.limit = limit;
  }

  /**
   * Takes space.
   *
   * @throws WriteException NO_SPACE
   */
  void take(long bytes) throws WriteException {
    if (bytes == 0) {
      return;
    }
    if (taken.addAndGet(bytes) > limit) {
      taken.addAndGet(-bytes);
      throw new WriteException(
          Kind.NO_SPACE,
          "the staging directory "
              + directory
              + " holds its "
              + limit
              + " bytes: wait until files are closed, or raise --staging-limit",
          null);
    }
    boolean fits = false;
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory, StagingDirectory.OWNER_ONLY);
      }
      FileStore disk = Files.getFileStore(directory);
      fits = disk.getUsableSpace() - bytes >= disk.getTotalSpace() / KEPT_FREE;
    } catch (IOException e) {
      throw new WriteException(Kind.LOCAL, "the staging directory " + directory + ": " + e, e);
    } finally {
      if (!fits) {
        taken.addAndGet(-bytes);
      }
    }
    if (!fits) {
      throw new WriteException(
          Kind.NO_SPACE,
          "the disk of the staging directory "
              + directory
              + " is full; --staging-dir names another",
          null);
    }
  }

  /** Gives space back. */
  void give(long bytes) {
    taken.addAndGet(-bytes);
  }

  /** Bytes that are taken. */
  long taken() {
    return taken.get();
  }
}
