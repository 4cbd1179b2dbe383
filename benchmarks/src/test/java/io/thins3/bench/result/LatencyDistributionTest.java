package io.thins3.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class LatencyDistributionTest {
  @Test
  void of_oneToHundred_quantilesAreNearestRanks() {
    LatencyDistribution distribution =
        LatencyDistribution.of(LongStream.rangeClosed(1, 100).map(i -> 101 - i).toArray());

    assertThat(distribution.count()).isEqualTo(100);
    assertThat(distribution.quantile(0.0)).isEqualTo(1);
    assertThat(distribution.quantile(0.5)).isEqualTo(50);
    assertThat(distribution.quantile(0.99)).isEqualTo(99);
    assertThat(distribution.quantile(0.999)).isEqualTo(100);
    assertThat(distribution.quantile(1.0)).isEqualTo(100);
  }

  @Test
  void ofHistogram_bins_countAsOftenAsTheySay() {
    TreeMap<Long, Long> histogram = new TreeMap<>();
    histogram.put(10L, 3L);
    histogram.put(1000L, 1L);

    LatencyDistribution distribution = LatencyDistribution.ofHistogram(histogram);

    assertThat(distribution.quantile(0.5)).isEqualTo(10);
    assertThat(distribution.quantile(0.75)).isEqualTo(10);
    assertThat(distribution.quantile(0.8)).isEqualTo(1000);
  }

  @Test
  void of_nothing_isRefused() {
    assertThatThrownBy(() -> LatencyDistribution.of(new long[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
