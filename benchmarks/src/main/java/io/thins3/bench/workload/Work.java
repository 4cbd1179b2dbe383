package io.thins3.bench.workload;

import io.thins3.bench.result.LatencyDistribution;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a step did, told by the step after it checked its result.
 *
 * @param bytes read or written by the program, 0 where that says nothing
 * @param operations files, entries or reads
 * @param ownSeconds the program's own clock, where it is better than ours (fio, curl: without the
 *     start of the program)
 * @param latencies of single operations
 * @param present keys, relative to the trial's scratch directory, that must come to have these
 *     sizes in the store before the step is done
 * @param absent keys, relative to it, that must vanish from the store
 */
public record Work(
    long bytes,
    long operations,
    @Nullable Double ownSeconds,
    @Nullable LatencyDistribution latencies,
    Map<String, Long> present,
    Set<String> absent) {

  public Work {
    present = Map.copyOf(present);
    absent = Set.copyOf(absent);
  }

  /** So many operations. */
  public static Work operations(long operations) {
    return new Work(0, operations, null, null, Map.of(), Set.of());
  }

  /** Something that is done. */
  @FunctionalInterface
  interface Passes {
    void run() throws Exception;
  }

  /** Several passes at a time, of which the time of one is the figure; costs are of all of them. */
  static Work ofPasses(int passes, long operationsEach, Passes all) throws Exception {
    long start = System.nanoTime();
    all.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    return operations(passes * operationsEach).withOwnSeconds(seconds / passes);
  }

  /** The same with bytes moved. */
  public Work withBytes(long moved) {
    return new Work(moved, operations, ownSeconds, latencies, present, absent);
  }

  /** The same with the program's own clock. */
  public Work withOwnSeconds(double seconds) {
    return new Work(bytes, operations, seconds, latencies, present, absent);
  }

  /** The same with latencies. */
  public Work withLatencies(LatencyDistribution distribution) {
    return new Work(bytes, operations, ownSeconds, distribution, present, absent);
  }

  /** The same, done only when these keys are in the store with these sizes. */
  public Work publishing(Map<String, Long> keys) {
    return new Work(bytes, operations, ownSeconds, latencies, keys, absent);
  }

  /** The same, done only when these keys are no longer in the store. */
  public Work removing(Set<String> keys) {
    return new Work(bytes, operations, ownSeconds, latencies, present, keys);
  }
}
