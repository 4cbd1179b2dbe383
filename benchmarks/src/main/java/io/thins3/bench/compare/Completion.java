package io.thins3.bench.compare;

import io.thins3.bench.process.Deadline;
import io.thins3.bench.workload.Work;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits until the store holds what a step promised. One LIST of the trial's directory tells of all
 * its files at once; asking for a hundred files one by one would take as long as the work itself.
 */
final class Completion {
  private static final long SHORTEST_POLL_NANOS = 20_000_000;
  private static final long LONGEST_POLL_NANOS = 500_000_000;

  /** What is in the store. */
  @FunctionalInterface
  interface Stored {
    /** Keys below a prefix with their sizes. */
    Map<String, Long> list(String prefix) throws IOException;
  }

  private final Stored stored;
  private final String prefix;

  /**
   * Looks below {@code prefix}, to which the keys of {@link Work} are relative.
   *
   * @param stored the store seen directly, without an added delay
   */
  Completion(Stored stored, String prefix) {
    this.stored = stored;
    this.prefix = prefix;
  }

  /**
   * Waits.
   *
   * @return nanoseconds until the look was begun that found everything; 0 when it was the first: a
   *     client whose close() told the truth pays nothing for being looked at
   * @throws TimeoutException when the deadline passes first
   */
  long awaitNanos(Work work, Deadline deadline) throws Exception {
    long start = System.nanoTime();
    long begun = start;
    while (true) {
      int missing = missing(work);
      if (missing == 0) {
        return begun - start;
      }
      if (deadline.passed()) {
        throw new TimeoutException(
            "%d of %d files not as they should be in the store %d s after the program ended"
                .formatted(
                    missing,
                    work.present().size() + work.absent().size(),
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)));
      }
      // Looking costs the server time that is counted: wait a twentieth of what has been waited.
      long pause = (begun - start) / 20;
      TimeUnit.NANOSECONDS.sleep(
          Math.min(LONGEST_POLL_NANOS, Math.max(SHORTEST_POLL_NANOS, pause)));
      begun = System.nanoTime();
    }
  }

  private int missing(Work work) throws IOException {
    if (work.present().isEmpty() && work.absent().isEmpty()) {
      return 0;
    }
    Map<String, Long> sizes = stored.list(prefix);
    long incomplete =
        work.present().entrySet().stream()
            .filter(file -> !file.getValue().equals(sizes.get(prefix + file.getKey())))
            .count();
    long lingering = work.absent().stream().filter(key -> sizes.containsKey(prefix + key)).count();
    return (int) (incomplete + lingering);
  }
}
