package io.thins3.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class StatsTest {
  @Test
  void of_oddNumber_medianIsTheMiddleOne() {
    assertThat(Stats.of(List.of(9.0, 1.0, 4.0))).contains(new Stats(3, 4, 1, 9));
  }

  @Test
  void of_evenNumber_medianIsTheMeanOfTheTwoInTheMiddle() {
    assertThat(Stats.of(List.of(8.0, 1.0, 2.0, 4.0))).contains(new Stats(4, 3, 1, 8));
  }

  @Test
  void of_one_isMedianMinimumAndMaximum() {
    assertThat(Stats.of(List.of(5.0))).contains(new Stats(1, 5, 5, 5));
  }

  @Test
  void of_none_isAbsent() {
    assertThat(Stats.of(List.of())).isEmpty();
  }
}
