package io.thins3.bench.process;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Ends process trees that this program started. */
public final class ProcessEnd {
  private ProcessEnd() {}

  /**
   * Asks a process to end, and kills it and what it started when it has not after {@code seconds}.
   */
  public static void terminate(Process process, int seconds) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      kill(process);
    }
  }

  /** Kills a process and everything it started, at once. */
  public static void kill(Process process) throws InterruptedException {
    // The list is taken first: once the parent is gone its children are nobody's descendants.
    List<ProcessHandle> tree =
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    tree.forEach(ProcessHandle::destroyForcibly);
    process.waitFor(10, TimeUnit.SECONDS);
  }
}
