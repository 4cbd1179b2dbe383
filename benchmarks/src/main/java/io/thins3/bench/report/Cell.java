package io.thins3.bench.report;

import io.thins3.bench.result.LatencyDistribution;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One step by one client at one latency, over all rounds.
 *
 * @param byRound figure of each round that succeeded, in the step's unit
 * @param value median and spread of them
 * @param waitSeconds median wait from the program's end until done
 * @param cpuBasis what CPU seconds are divided by
 * @param clientCpu median CPU seconds on that basis
 * @param serverCpu the same of the server
 * @param peakMemoryBytes median of the peaks
 * @param counted requests of one pass, when they were counted
 * @param notCounted why the counting pass did not succeed, when it did not
 * @param latencies of the last round that had them
 * @param attempts rounds, those that did not succeed included, the counting pass not
 * @param failures rounds in which it failed
 * @param failure the first reason for that
 * @param skips rounds in which it was not tried
 * @param skip the first reason for that
 */
public record Cell(
    Map<Integer, Double> byRound,
    Optional<Stats> value,
    Optional<Stats> waitSeconds,
    CpuBasis cpuBasis,
    Optional<Stats> clientCpu,
    Optional<Stats> serverCpu,
    Optional<Stats> peakMemoryBytes,
    Optional<Counted> counted,
    Optional<String> notCounted,
    Optional<LatencyDistribution> latencies,
    int attempts,
    int failures,
    Optional<String> failure,
    int skips,
    Optional<String> skip) {
  public Cell {
    byRound = Map.copyOf(byRound);
  }

  /** The figures of the rounds that succeeded, in order. */
  public List<Double> figures() {
    return List.copyOf(new TreeMap<>(byRound).values());
  }
}
