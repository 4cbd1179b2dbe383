package io.thins3.bench.result;

import org.jspecify.annotations.Nullable;

/**
 * How long one step took and how much it moved.
 *
 * @param programSeconds until the program was through, its close() included
 * @param doneSeconds until the objects were complete in the store, at least {@code programSeconds}
 * @param bytes bytes that the program read or wrote, 0 where that says nothing
 * @param operations files, entries or reads, at least 1
 * @param latencies of the single operations, where they were taken
 */
public record Measurement(
    double programSeconds,
    double doneSeconds,
    long bytes,
    long operations,
    @Nullable LatencyDistribution latencies) {

  public Measurement {
    if (programSeconds <= 0 || doneSeconds < programSeconds || bytes < 0 || operations < 1) {
      throw new IllegalArgumentException(
          "measurement out of range: %s s, %s s, %s bytes, %s operations"
              .formatted(programSeconds, doneSeconds, bytes, operations));
    }
  }
}
