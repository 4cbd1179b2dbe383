package io.thins3.read;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatencyTest {
  private final Latency latency = new Latency();

  @Test
  void nanos_noAnswer_isZero() {
    assertThat(latency.nanos()).isZero();
  }

  @Test
  void nanos_answers_isTheLeast() {
    latency.add(30);
    latency.add(10);
    latency.add(20);
    assertThat(latency.nanos()).isEqualTo(10);
  }

  @Test
  void nanos_slowerFromNowOn_isForgottenInTheEnd() {
    latency.add(10);
    for (int i = 0; i < 16; i++) {
      latency.add(50);
    }
    assertThat(latency.nanos()).isEqualTo(10);
    for (int i = 0; i < 16; i++) {
      latency.add(50);
    }
    assertThat(latency.nanos()).isEqualTo(50);
  }
}
