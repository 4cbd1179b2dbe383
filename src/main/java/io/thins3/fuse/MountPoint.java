package io.thins3.fuse;

import io.thins3.fuse.MountException.Reason;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a directory ready to be mounted on, or says why it cannot be.
 *
 * <pre>
 *                        none
 *   what is mounted? ------------------> create if missing and wanted --> empty directory? --> ready
 *     ^      | one
 *     |      v
 *     |   does it answer? -- dead --> detach --+
 *     |      | yes, or not in time             |
 *     |      v                                 |
 *     |    MOUNTED_ALREADY                     |
 *     +----------------------------------------+
 * </pre>
 *
 * <p>A mount whose server was killed answers ENOTCONN to everything, also to {@code mkdir -p}, so
 * nothing looks at the directory itself before the mount table was asked. Each crash may have left
 * one on top of the other. Somebody else's mount that is alive is never touched.
 */
final class MountPoint {
  private static final Logger log = LoggerFactory.getLogger(MountPoint.class);
  private static final Duration PROBE_DEADLINE = Duration.ofSeconds(5);

  /** For everything: a directory on a network file system that hangs is given up then. */
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final MountTable.Source table;
  private final Liveness.Probe probe;
  private final Unmounter unmounter;
  private final Duration deadline;

  MountPoint(
      MountTable.Source table, Liveness.Probe probe, Unmounter unmounter, Duration deadline) {
    this.table = table;
    this.probe = probe;
    this.unmounter = unmounter;
    this.deadline = deadline;
  }

  static MountPoint system() {
    return new MountPoint(
        MountTable.system(), Liveness.byProcess(PROBE_DEADLINE), new Unmounter(), DEADLINE);
  }

  /** Whether this names an open FUSE descriptor ({@code /dev/fd/N}) instead of a directory. */
  static boolean isDescriptor(Path mountPoint) {
    return mountPoint.toString().matches("/dev/fd/[0-9]+");
  }

  /**
   * A directory to mount on.
   *
   * @param directory its path without symbolic links, as the mount table will show it
   * @param created the directories that were made for it, the deepest first
   */
  record Ready(Path directory, Deque<Path> created) {
    /** Removes what was made, as far as it is still empty. */
    void undo() {
      for (Path made : created) {
        try {
          Files.delete(made);
        } catch (IOException e) {
          log.debug("{} stays: {}", made, e.toString());
          return;
        }
      }
    }
  }

  /**
   * Prepares, in a thread of its own, because any look at a directory can hang with the file system
   * that it lies on.
   *
   * @param create make the directory and its parents when missing
   * @param nonEmpty a directory with entries will do
   */
  Ready prepare(Path mountPoint, boolean create, boolean nonEmpty) throws MountException {
    FutureTask<Ready> task = new FutureTask<>(() -> prepareNow(mountPoint, create, nonEmpty));
    Thread thread = new Thread(task, "mount-point");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof MountException known) {
        throw known;
      }
      throw new MountException(Reason.FAILED, mountPoint + ": " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new MountException(
          Reason.BAD_MOUNT_POINT,
          "mount point %s: the file system it lies on does not answer within %d s; choose another"
                  .formatted(mountPoint, deadline.toSeconds())
              + " directory",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MountException(Reason.FAILED, "interrupted before mounting", e);
    }
  }

  private Ready prepareNow(Path mountPoint, boolean create, boolean nonEmpty)
      throws MountException {
    Deque<Path> created = new ArrayDeque<>();
    try {
      Path directory = resolve(mountPoint.normalize(), 0);
      if (directory != null) {
        detachDead(directory);
      }
      if (create) {
        createDirectories(directory != null ? directory : mountPoint.normalize(), created);
      }
      Path real = resolve(mountPoint.normalize(), 0);
      if (real == null || !Files.exists(real, LinkOption.NOFOLLOW_LINKS)) {
        throw new MountException(
            Reason.BAD_MOUNT_POINT,
            "mount point %s does not exist; create it (mkdir -p %s)"
                .formatted(mountPoint, mountPoint));
      }
      if (!Files.isDirectory(real)) {
        throw new MountException(
            Reason.BAD_MOUNT_POINT,
            "mount point %s is not a directory; choose a directory".formatted(mountPoint));
      }
      if (!nonEmpty && hasEntries(real)) {
        throw new MountException(
            Reason.NOT_EMPTY,
            "mount point %s is not empty; choose an empty directory, or hide its content with -o"
                    .formatted(mountPoint)
                + " nonempty");
      }
      return new Ready(real, created);
    } catch (IOException e) {
      new Ready(mountPoint, created).undo();
      throw new MountException(
          Reason.BAD_MOUNT_POINT,
          "mount point %s cannot be used: %s".formatted(mountPoint, describe(e)),
          e);
    }
  }

  /**
   * The path without symbolic links, without a look at what is mounted there: lstat and realpath of
   * a dead mount fail, and those of a hanging one never return.
   *
   * @return null when a parent is missing
   */
  private @Nullable Path resolve(Path path, int depth) throws IOException {
    Path name = path.getFileName();
    Path parent = path.getParent();
    if (name == null || parent == null) {
      return path;
    }
    Path real;
    try {
      real = parent.toRealPath().resolve(name);
    } catch (NoSuchFileException e) {
      return null;
    }
    // The kernel mounts on directories, never on a link.
    if (table.read().topmostAt(real) != null || !Files.isSymbolicLink(real)) {
      return real;
    }
    if (depth == 40) {
      throw new IOException("too many symbolic links");
    }
    return resolve(real.resolveSibling(Files.readSymbolicLink(real)).normalize(), depth + 1);
  }

  private void detachDead(Path directory) throws IOException, MountException {
    MountInfo last = null;
    for (MountInfo top = table.read().topmostAt(directory);
        top != null;
        top = table.read().topmostAt(directory)) {
      Liveness liveness = probe.ask(directory);
      if (liveness != Liveness.DEAD) {
        throw new MountException(Reason.MOUNTED_ALREADY, foreign(directory, top, liveness));
      }
      String failure =
          last != null && last.isSameMount(top)
              ? "it is still there after it was detached"
              : unmounter.lazy(directory);
      if (failure != null) {
        throw new MountException(
            Reason.MOUNTED_ALREADY,
            "mount point %s carries a dead mount (%s) that cannot be detached: %s; run umount -l %s"
                    .formatted(directory, what(top), failure, directory)
                + " as root");
      }
      log.info("detached the dead mount at {} ({})", directory, what(top));
      last = top;
    }
  }

  private static String foreign(Path directory, MountInfo top, Liveness liveness) {
    String state =
        switch (liveness) {
          case HANGING -> " and does not answer; stop its server or detach it (umount -l %1$s)";
          case UNKNOWN -> " and cannot be asked whether it is alive; unmount it (umount %1$s)";
          default -> "; unmount it (umount %1$s)";
        };
    return "mount point %s is in use: %s is mounted there".formatted(directory, what(top))
        + state.formatted(directory)
        + " or choose another directory";
  }

  private static String what(MountInfo mount) {
    return mount.source().isEmpty() ? mount.type() : mount.type() + " from " + mount.source();
  }

  private static void createDirectories(Path directory, Deque<Path> created) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path path = directory; path != null && !Files.exists(path); path = path.getParent()) {
      missing.push(path);
    }
    for (Path path : missing) {
      // Created by somebody else meanwhile is as good, and not ours to remove.
      if (!Files.isDirectory(path)) {
        Files.createDirectory(path);
        created.push(path);
      }
    }
  }

  private static boolean hasEntries(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      return entries.iterator().hasNext();
    }
  }

  private static String describe(IOException e) {
    return e.getClass().getSimpleName().replace("Exception", "") + ": " + e.getMessage();
  }
}
