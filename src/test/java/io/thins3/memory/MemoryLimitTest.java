package io.thins3.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryLimitTest {
  @ParameterizedTest
  @CsvSource({"0, 192", "100, 64", "256, 64", "512, 128", "768, 192", "1000000, 192"})
  void ofMachine_memory_isAQuarterWithinBounds(long mib, long expected) {
    assertThat(MemoryLimit.ofMachine(mib << 20)).isEqualTo(expected << 20);
  }
}
