package io.thins3.bench.result;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The distribution of single operations' durations, kept as quantiles: {@code nanoseconds.get(i)}
 * belongs to {@code QUANTILES.get(i)}. Small enough for a JSON line, fine enough for a plot.
 *
 * @param count operations behind it, at least 1
 * @param nanoseconds not falling, as many as {@link #QUANTILES}
 */
public record LatencyDistribution(long count, List<Long> nanoseconds) {
  /** The quantiles that are kept, rising, from the smallest to the largest operation. */
  public static final List<Double> QUANTILES =
      List.of(
          0.0, 0.01, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7,
          0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0);

  public LatencyDistribution {
    nanoseconds = List.copyOf(nanoseconds);
    if (count < 1 || nanoseconds.size() != QUANTILES.size()) {
      throw new IllegalArgumentException(
          "a distribution of %d operations with %d quantiles".formatted(count, nanoseconds.size()));
    }
  }

  /** Of single durations in nanoseconds, in any order, at least one. */
  public static LatencyDistribution of(long[] durations) {
    TreeMap<Long, Long> histogram = new TreeMap<>();
    Arrays.stream(durations).forEach(d -> histogram.merge(d, 1L, Long::sum));
    return ofHistogram(histogram);
  }

  /** Of a histogram: nanoseconds to the number of operations that took so long. */
  public static LatencyDistribution ofHistogram(SortedMap<Long, Long> histogram) {
    long count = histogram.values().stream().mapToLong(Long::longValue).sum();
    if (count < 1) {
      throw new IllegalArgumentException("a distribution needs an operation");
    }
    return new LatencyDistribution(
        count, QUANTILES.stream().map(q -> atRank(histogram, rank(q, count))).toList());
  }

  /** Nearest rank: the smallest value with at least {@code quantile} of all at or below it. */
  private static long rank(double quantile, long count) {
    return Math.max(1, (long) Math.ceil(quantile * count));
  }

  private static long atRank(SortedMap<Long, Long> histogram, long rank) {
    long seen = 0;
    for (var bin : histogram.entrySet()) {
      seen += bin.getValue();
      if (seen >= rank) {
        return bin.getKey();
      }
    }
    return histogram.lastKey();
  }

  /** Nanoseconds at a quantile of {@link #QUANTILES}. */
  public long quantile(double quantile) {
    int index = QUANTILES.indexOf(quantile);
    if (index < 0) {
      throw new IllegalArgumentException("quantile not kept: " + quantile);
    }
    return nanoseconds.get(index);
  }
}
