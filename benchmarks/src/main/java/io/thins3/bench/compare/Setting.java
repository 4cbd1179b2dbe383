package io.thins3.bench.compare;

import io.thins3.bench.process.Cleanup;
import io.thins3.bench.process.Commands;
import io.thins3.bench.server.Bucket;
import io.thins3.bench.server.Content;
import io.thins3.bench.workload.DataSets;
import io.thins3.bench.workload.Layout;
import io.thins3.bench.workload.Sizes;
import java.time.Duration;

/**
 * What all trials of a run share.
 *
 * @param dataDirectory name of the run's directory in the bucket, without a slash
 * @param seed of the order, the data and what is random in the work
 * @param server the store that clients speak to, and how its CPU time is read
 */
record Setting(
    Cleanup cleanup,
    Commands commands,
    Bucket bucket,
    String dataDirectory,
    DataSets dataSets,
    Sizes sizes,
    Layout layout,
    Content content,
    long seed,
    Duration trialTimeout,
    Server server) {

  /** Where the random orders of a round begin. */
  long randomSeed(int round) {
    return seed * 1000 + round;
  }

  /** Prefix of the run's directory in the bucket. */
  String dataPrefix() {
    return dataDirectory + "/";
  }
}
