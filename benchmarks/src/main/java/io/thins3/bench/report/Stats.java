package io.thins3.bench.report;

import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;

/**
 * Median and spread of some figures.
 *
 * @param count of figures, at least 1
 * @param median of an even number: the mean of the two in the middle
 * @param min smallest
 * @param max largest
 */
public record Stats(int count, double median, double min, double max) {
  /** Of figures in any order; absent when there are none. */
  public static Optional<Stats> of(Collection<Double> figures) {
    if (figures.isEmpty()) {
      return Optional.empty();
    }
    double[] sorted = figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return Optional.of(
        new Stats(sorted.length, median, sorted[0], Arrays.stream(sorted).max().orElseThrow()));
  }
}
