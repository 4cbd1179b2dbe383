package io.thins3.bench.report;

import io.thins3.bench.result.LatencyDistribution;
import io.thins3.bench.result.Traffic;
import java.util.List;
import java.util.Optional;

/**
 * One step by one client at one latency, over all rounds.
 *
 * @param figures of the rounds that succeeded, in the step's unit, in order
 * @param value median and spread of them
 * @param waitSeconds median wait from the program's end until done
 * @param cpuBasis what CPU seconds are divided by
 * @param clientCpu median CPU seconds on that basis
 * @param serverCpu the same of the server
 * @param peakMemoryBytes median of the peaks
 * @param traffic of one pass, when it was counted
 * @param latencies of the last round that had them
 * @param attempts rounds, failed ones included, the counting pass not
 * @param failure the first reason for a round that did not succeed
 */
public record Cell(
    List<Double> figures,
    Optional<Stats> value,
    Optional<Stats> waitSeconds,
    CpuBasis cpuBasis,
    Optional<Stats> clientCpu,
    Optional<Stats> serverCpu,
    Optional<Stats> peakMemoryBytes,
    Optional<Traffic> traffic,
    Optional<LatencyDistribution> latencies,
    int attempts,
    Optional<String> failure) {
  public Cell {
    figures = List.copyOf(figures);
  }

  /** How many rounds did not succeed. */
  public int failures() {
    return attempts - figures.size();
  }
}
