package io.thins3.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class UnitTest {
  private final Measurement measurement =
      new Measurement(1, 4, 8L << 20, 2, LatencyDistribution.of(new long[] {1_500_000, 3_000_000}));

  @Test
  void valueOf_eachUnit_countsTheWaitUntilDone() {
    assertThat(Unit.MEBIBYTES_PER_SECOND.valueOf(measurement)).isEqualTo(2);
    assertThat(Unit.OPERATIONS_PER_SECOND.valueOf(measurement)).isEqualTo(0.5);
    assertThat(Unit.SECONDS.valueOf(measurement)).isEqualTo(4);
    assertThat(Unit.MEDIAN_MILLISECONDS.valueOf(measurement)).isEqualTo(1.5);
    assertThat(Unit.P99_MILLISECONDS.valueOf(measurement)).isEqualTo(3);
  }

  @Test
  void valueOf_medianWithoutLatencies_isRefused() {
    assertThatThrownBy(() -> Unit.MEDIAN_MILLISECONDS.valueOf(new Measurement(1, 1, 1, 1, null)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void measurement_doneBeforeTheProgram_isRefused() {
    assertThatThrownBy(() -> new Measurement(2, 1, 0, 1, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2.0 s, 1.0 s");
  }
}
