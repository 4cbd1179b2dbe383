package io.thins3.fuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Finds the processes that keep a mount busy: an open file, a working or root directory, a program
 * or a mapped file in it.
 *
 * <p>It only reads links in /proc, which the kernel answers from names that it has; nothing looks
 * at the mount itself. /proc/PID/cmdline is not read, because that waits for the process's memory
 * lock, which a process in a page fault of a stalled mount may hold; the command's name is in comm.
 * Mapped files (map_files) take the same lock, so they come last, and all of it on a thread that is
 * left behind when it does not answer. Processes that this user may not see are not found.
 */
final class BusyProcesses {
  private static final List<String> PLACES = List.of("cwd", "root", "exe");

  private final Path proc;
  private final Duration deadline;

  BusyProcesses(Path proc, Duration deadline) {
    this.proc = proc;
    this.deadline = deadline;
  }

  /** Those of this system, searched for at most 2 s. */
  static BusyProcesses system() {
    return new BusyProcesses(Path.of("/proc"), Duration.ofSeconds(2));
  }

  /**
   * The processes that use something at or below a mount point, as {@code name (pid)}; those that
   * were found until the deadline.
   *
   * @param waiting ids of processes that are known to: one that waits in open(2) has nothing open
   *     yet
   */
  List<String> using(Path mountPoint, Set<Integer> waiting) {
    Set<String> found = new LinkedHashSet<>(); // guarded by itself
    Thread search = new Thread(() -> search(mountPoint, waiting, found), "busy-processes");
    search.setDaemon(true);
    search.start();
    long end = System.nanoTime() + deadline.toNanos();
    boolean interrupted = false;
    long millis = deadline.toMillis();
    while (search.isAlive() && millis > 0) {
      try {
        search.join(millis);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    synchronized (found) {
      return List.copyOf(found);
    }
  }

  private void search(Path mountPoint, Set<Integer> waiting, Set<String> found) {
    for (int pid : waiting) {
      add(proc.resolve(Integer.toString(pid)), found);
    }
    List<Path> others = new ArrayList<>();
    for (Path process : entries(proc, "[0-9]*")) {
      if (PLACES.stream().anyMatch(place -> isIn(process.resolve(place), mountPoint))
          || anyIn(process.resolve("fd"), mountPoint)) {
        add(process, found);
      } else {
        others.add(process);
      }
    }
    for (Path process : others) {
      if (anyIn(process.resolve("map_files"), mountPoint)) {
        add(process, found);
      }
    }
  }

  private static void add(Path process, Set<String> found) {
    String name;
    try {
      byte[] comm = SmallFile.read(process.resolve("comm"));
      name = new String(comm, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return; // It has ended.
    }
    synchronized (found) {
      found.add(name + " (" + process.getFileName() + ")");
    }
  }

  private static boolean anyIn(Path directory, Path mountPoint) {
    return entries(directory, "*").stream().anyMatch(link -> isIn(link, mountPoint));
  }

  private static boolean isIn(Path link, Path mountPoint) {
    try {
      return Files.readSymbolicLink(link).startsWith(mountPoint);
    } catch (IOException e) {
      return false; // It has ended, or is not ours to see.
    }
  }

  private static List<Path> entries(Path directory, String glob) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
      stream.forEach(entries::add);
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      return entries; // It has ended, or is not ours to see.
    }
    return entries;
  }
}
