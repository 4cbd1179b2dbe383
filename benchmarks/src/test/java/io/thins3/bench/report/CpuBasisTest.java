package io.thins3.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.bench.result.Measurement;
import io.thins3.bench.result.Unit;
import org.junit.jupiter.api.Test;

final class CpuBasisTest {
  private static final Measurement HALF_GIB = new Measurement(1, 1, 1L << 29, 250, null);

  @Test
  void of_throughput_isPerGibibyte() {
    assertThat(CpuBasis.of(Unit.MEBIBYTES_PER_SECOND, 1)).isEqualTo(CpuBasis.GIBIBYTE);
    assertThat(CpuBasis.GIBIBYTE.scale(3, HALF_GIB)).isEqualTo(6);
  }

  @Test
  void of_manyOperations_isPerThousand() {
    assertThat(CpuBasis.of(Unit.SECONDS, 250)).isEqualTo(CpuBasis.THOUSAND_OPERATIONS);
    assertThat(CpuBasis.THOUSAND_OPERATIONS.scale(3, HALF_GIB)).isEqualTo(12);
  }

  @Test
  void of_oneOperation_isTheWholeStep() {
    assertThat(CpuBasis.of(Unit.SECONDS, 1)).isEqualTo(CpuBasis.STEP);
    assertThat(CpuBasis.STEP.scale(3, HALF_GIB)).isEqualTo(3);
  }
}
