package io.thins3.bench.compare;

import io.thins3.bench.process.Deadline;
import io.thins3.bench.server.Bucket;
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

  private final Bucket bucket;
  private final String prefix;

  /**
   * Looks below {@code prefix}, to which the keys of {@link Work} are relative.
   *
   * @param bucket seen directly, without an added delay
   */
  Completion(Bucket bucket, String prefix) {
    this.bucket = bucket;
    this.prefix = prefix;
  }

  /**
   * Waits.
   *
   * @return the {@link System#nanoTime} at which the look was begun that found everything: a client
   *     whose close() told the truth pays nothing for being looked at
   * @throws TimeoutException when the deadline passes first
   */
  long await(Work work, Deadline deadline) throws Exception {
    long start = System.nanoTime();
    while (true) {
      long begun = System.nanoTime();
      int missing = missing(work);
      if (missing == 0) {
        return begun;
      }
      if (deadline.passed()) {
        throw new TimeoutException(
            "%d of %d files not as they should be in the store long after the program ended"
                .formatted(missing, work.present().size() + work.absent().size()));
      }
      // Looking costs the server time that is counted: wait a twentieth of what has been waited.
      long pause = (begun - start) / 20;
      TimeUnit.NANOSECONDS.sleep(
          Math.min(LONGEST_POLL_NANOS, Math.max(SHORTEST_POLL_NANOS, pause)));
    }
  }

  private int missing(Work work) throws IOException {
    if (work.present().isEmpty() && work.absent().isEmpty()) {
      return 0;
    }
    Map<String, Long> stored = bucket.list(prefix);
    long incomplete =
        work.present().entrySet().stream()
            .filter(file -> !file.getValue().equals(stored.get(prefix + file.getKey())))
            .count();
    long lingering = work.absent().stream().filter(key -> stored.containsKey(prefix + key)).count();
    return (int) (incomplete + lingering);
  }
}
