package io.thins3.bench.transports;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a run shall do.
 *
 * @param amounts how much work
 * @param steps ids of the only steps that are run; empty: all
 * @param rounds each of all chosen steps by all servers
 * @param timeout for everything on one mount
 * @param seed of the order
 * @param output directory of results; created
 * @param commandLine as given, for the record
 */
public record TransportsOptions(
    Amounts amounts,
    List<String> steps,
    int rounds,
    Duration timeout,
    long seed,
    Path output,
    List<String> commandLine) {
  public TransportsOptions {
    steps = List.copyOf(steps);
    commandLine = List.copyOf(commandLine);
  }
}
