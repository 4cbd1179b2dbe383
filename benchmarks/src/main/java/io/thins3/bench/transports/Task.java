package io.thins3.bench.transports;

import io.thins3.bench.process.Commands;
import io.thins3.bench.result.StepInfo;
import io.thins3.bench.workload.Work;
import java.nio.file.Path;

/** One thing that is measured, on a fresh mount each time. */
interface Task {
  /** How reports show it. */
  StepInfo step();

  /** Whether the kernel must ask the server for every name and attribute. */
  default boolean uncached() {
    return false;
  }

  /** How late the answers are that it waits for. */
  default int lateMillis() {
    return 0;
  }

  /** Whether the same is done in a directory of this machine: what the load itself allows. */
  default boolean hasReference() {
    return false;
  }

  /** Brings the server's code to the speed that it has in a long run. */
  void warmUp(Place place) throws Exception;

  /** Does the work and checks it. */
  Work run(Place place) throws Exception;

  /**
   * Where it is done.
   *
   * @param directory a mount, or a directory of this machine
   * @param served whether it is a mount
   */
  record Place(Path directory, boolean served, Commands commands) {}
}
