package io.thins3.bench.client;

import io.thins3.bench.process.Commands;
import io.thins3.bench.process.Deadline;
import io.thins3.bench.process.Directories;
import io.thins3.bench.process.MountTable;
import io.thins3.bench.process.ProcessEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Ends one client: unmounted as a user would, then by force.
 *
 * <pre>
 *   umount, tried for 10 s ── unmounted ── client ends within 30 s ── directory removed
 *        │ (or force)              │             │ no
 *        │                         │ (a signal)  │
 *        │                  SIGTERM, 5 s ────────┤ no
 *        └── client killed ◄─────────────────────┘
 *                │
 *            umount -l ── directory removed
 * </pre>
 *
 * After a signal nobody waits for what a client still uploads, or for one that has not mounted yet.
 */
final class Unmounter {
  private final Process process;
  private final Path directory;
  private final Path cache;
  private final boolean root;
  private final BooleanSupplier ending;
  private volatile boolean force;

  /**
   * Ends a client.
   *
   * @param cache a directory of the client's own, removed too
   * @param root whether umount may be used
   * @param ending whether a signal has ended the run
   */
  Unmounter(Process process, Path directory, Path cache, boolean root, BooleanSupplier ending) {
    this.process = process;
    this.directory = directory;
    this.cache = cache;
    this.root = root;
    this.ending = ending;
  }

  Path directory() {
    return directory;
  }

  Process process() {
    return process;
  }

  /** Without courtesy. */
  void forceNext() {
    force = true;
  }

  /** Does it all; afterwards neither mount nor process nor directory is left. */
  void run() throws Exception {
    if (!force && process.isAlive() && MountTable.contains(directory)) {
      unmountPolitely();
    }
    if (process.isAlive()) {
      endProcess();
    }
    if (MountTable.contains(directory)) {
      unmount(true);
    }
    if (MountTable.contains(directory)) {
      throw new IOException(directory + " is still mounted");
    }
    Files.deleteIfExists(directory);
    Directories.deleteTree(cache);
  }

  private void endProcess() throws IOException, InterruptedException {
    if (force || MountTable.contains(directory)) {
      ProcessEnd.kill(process);
    } else if (ending.getAsBoolean()) {
      ProcessEnd.terminate(process, 5);
    } else if (!process.waitFor(30, TimeUnit.SECONDS)) {
      ProcessEnd.kill(process);
    }
  }

  private void unmountPolitely() throws Exception {
    try {
      Deadline.in(Duration.ofSeconds(10))
          .await(
              "umount",
              100,
              () -> {
                unmount(false);
                return !MountTable.contains(directory);
              });
    } catch (TimeoutException e) {
      // Busy or hanging: force follows, and takes the mount away from whoever holds it.
      force = true;
    }
  }

  /**
   * Runs the unmounting program without regard to its exit code: the mount table says what came of
   * it. Not through {@link Commands#run}, which refuses to start anything once the run is ending.
   */
  private void unmount(boolean lazily) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (root) {
      command.add("umount");
    } else {
      command.add(Commands.find("fusermount3").isPresent() ? "fusermount3" : "fusermount");
      command.add("-u");
    }
    if (lazily) {
      command.add(root ? "-l" : "-z");
    }
    command.add(directory.toString());
    Process unmounting =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!unmounting.waitFor(10, TimeUnit.SECONDS)) {
      ProcessEnd.kill(unmounting);
    }
  }
}
