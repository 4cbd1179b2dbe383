package io.thins3.bench.compare;

import io.thins3.bench.client.ClientSpec;
import io.thins3.bench.server.Endpoint;
import io.thins3.bench.workload.Sizes;
import io.thins3.bench.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison shall do.
 *
 * @param clients that are looked for, in the order of the report
 * @param workloads in the order of the report
 * @param sizes how much work
 * @param rounds at most; at least one is run
 * @param roundBudget no further round is begun that would probably end later than this after the
 *     start of the run
 * @param latenciesMillis added round trips, each a run of its own
 * @param counting whether a counting pass is made
 * @param trialTimeout for everything on one mount
 * @param seed of data and order
 * @param endpoint of the server; absent: a MinIO of our own
 * @param output directory of results; created
 * @param distribution where the working tree's thins3 is
 * @param commandLine as given, for the record
 */
public record CompareOptions(
    List<ClientSpec> clients,
    List<Workload> workloads,
    Sizes sizes,
    int rounds,
    Duration roundBudget,
    List<Integer> latenciesMillis,
    boolean counting,
    Duration trialTimeout,
    long seed,
    @Nullable Endpoint endpoint,
    Path output,
    Path distribution,
    List<String> commandLine) {
  public CompareOptions {
    clients = List.copyOf(clients);
    workloads = List.copyOf(workloads);
    latenciesMillis = List.copyOf(latenciesMillis);
    commandLine = List.copyOf(commandLine);
  }
}
