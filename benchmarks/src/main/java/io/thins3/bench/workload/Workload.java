package io.thins3.bench.workload;

import io.thins3.bench.result.StepInfo;
import io.thins3.bench.server.Bucket;
import io.thins3.bench.server.Content;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A kind of work: one or more steps, done one after the other on one fresh mount. Immutable. */
public interface Workload {
  /** Short name, the first part of its steps' ids. */
  String id();

  /** Its steps in their order. */
  List<StepInfo> steps(Sizes sizes);

  /** The group of its steps. */
  default String group() {
    return steps(Sizes.tiny()).get(0).group();
  }

  /** Data that must be there. */
  default Set<DataSet> needs() {
    return Set.of();
  }

  /**
   * Puts into the store what one trial changes or removes. Not timed; before the mount.
   *
   * @param prefix of the trial's scratch directory, ending in a slash
   */
  default void prepare(Bucket bucket, String prefix, Sizes sizes, Content content)
      throws IOException, InterruptedException {}

  /** Does the steps. */
  void run(Trial trial) throws Exception;

  /** The same work without a mount, where there is such a thing. */
  default Optional<Reference> reference() {
    return Optional.empty();
  }
}
