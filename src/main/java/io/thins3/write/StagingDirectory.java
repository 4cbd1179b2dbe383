package io.thins3.write;

import io.thins3.write.WriteException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where changes lie until they are published. A process has a directory of its own in it, which is
 * made when the first file is, readable by its owner only. Thread-safe.
 */
public final class StagingDirectory {
  /** What is written is nobody else's business. */
  static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path root;
  private final StagingSpace space;
  private final AtomicLong number = new AtomicLong();
  private @Nullable Path own; // guarded by this

  /**
   * Names it; nothing is made yet.
   *
   * @param root absolute
   * @param limit bytes of all files together
   */
  public StagingDirectory(Path root, long limit) {
    this.root = root;
    this.space = new StagingSpace(root, limit);
  }

  StagingSpace space() {
    return space;
  }

  /** A new file. */
  StagingFile create() throws WriteException {
    try {
      Path path = own().resolve(String.valueOf(number.incrementAndGet()));
      return new StagingFile(
          path,
          FileChannel.open(
              path,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw new WriteException(
          Kind.LOCAL,
          "the staging directory "
              + root
              + " cannot be written ("
              + e
              + "); name another by"
              + " --staging-dir",
          e);
    }
  }

  private synchronized Path own() throws IOException {
    Path now = own;
    if (now == null) {
      Files.createDirectories(root, OWNER_ONLY);
      now = Files.createTempDirectory(root, "mount-", OWNER_ONLY);
      own = now;
    }
    return now;
  }

  /** Takes the process's own directory away, if nothing is left in it. */
  public synchronized void close() {
    Path now = own;
    if (now != null) {
      try {
        Files.deleteIfExists(now);
      } catch (IOException e) {
        org.slf4j.LoggerFactory.getLogger(StagingDirectory.class)
            .warn("staged data stays in {}", now);
      }
      own = null;
    }
  }
}
