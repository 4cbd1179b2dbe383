package io.thins3.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * CPU time and memory of a process and everything below it, read from /proc. Processes that end
 * while they are looked at count as nothing.
 */
public final class ProcessTree {
  /** USER_HZ: the unit of times in /proc/PID/stat, 100 on every Linux architecture in use. */
  private static final double TICKS_PER_SECOND = 100;

  private static final Path PROC = Path.of("/proc");

  private final long rootPid;

  /** The tree below a process. */
  public ProcessTree(long rootPid) {
    this.rootPid = rootPid;
  }

  private List<Path> directories() {
    return ProcessHandle.of(rootPid)
        .map(root -> Stream.concat(Stream.of(root), root.descendants()))
        .orElse(Stream.of())
        .map(process -> PROC.resolve(Long.toString(process.pid())))
        .toList();
  }

  /** User and system time so far, with that of children that have ended, in seconds. */
  public double cpuSeconds() {
    return directories().stream().mapToLong(d -> ticks(d, 13, 16)).sum() / TICKS_PER_SECOND;
  }

  /** User and system time of this program's children that have ended and were waited for. */
  public static double endedChildrenCpuSeconds() {
    return ticks(PROC.resolve("self"), 15, 16) / TICKS_PER_SECOND;
  }

  /** Highest resident set since the last {@link #resetPeakMemory}, summed over the processes. */
  public long peakMemoryBytes() {
    return directories().stream().flatMapToLong(ProcessTree::highWaterMark).sum();
  }

  /**
   * Makes the kernel forget the highest resident set (proc(5), clear_refs, value 5). Where that is
   * not permitted the peak is that of the whole mount.
   */
  public void resetPeakMemory() {
    for (Path process : directories()) {
      resetPeakMemory(process);
    }
  }

  private static boolean resetPeakMemory(Path process) {
    try {
      Files.writeString(process.resolve("clear_refs"), "5");
      return true;
    } catch (IOException e) {
      // Another user's process, or one that has just ended: its peak stays as it is.
      return false;
    }
  }

  /** Sums fields of /proc/PID/stat, counted from 0; the name, which may hold anything, is cut. */
  private static long ticks(Path process, int first, int last) {
    try {
      String stat = Files.readString(process.resolve("stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return LongStream.rangeClosed(first, last)
          .map(i -> Long.parseLong(fields[(int) i - 2]))
          .sum();
    } catch (IOException e) {
      return 0;
    }
  }

  private static LongStream highWaterMark(Path process) {
    try (Stream<String> lines = Files.lines(process.resolve("status"))) {
      OptionalLong kibibytes =
          lines
              .filter(line -> line.startsWith("VmHWM:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
              .findFirst();
      return kibibytes.stream().map(k -> k << 10);
    } catch (IOException | UncheckedIOException e) {
      return LongStream.empty();
    }
  }
}
