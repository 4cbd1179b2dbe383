package io.thins3.bench.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class TrafficTest {
  @Test
  void since_anEarlierReading_isTheDifference() {
    Traffic earlier = new Traffic(Map.of("get", 3L, "head", 2L), 10, 100);
    Traffic later = new Traffic(Map.of("get", 5L, "head", 2L, "list", 1L), 15, 400);

    assertThat(later.since(earlier)).isEqualTo(new Traffic(Map.of("get", 2L, "list", 1L), 5, 300));
  }
}
