package io.thins3.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ResumptionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Resumption resumption = new Resumption(PATIENCE, 0, 1000);

  @Test
  void nextWait_firstBreak_isNone() {
    assertThat(resumption.nextWait()).isZero();
  }

  @Test
  void nextWait_noProgress_doublesUpToFiveSeconds() {
    resumption.nextWait();
    Duration last = Duration.ofMillis(50);
    for (int i = 0; i < 6; i++) {
      Duration next = resumption.nextWait();
      assertThat(next).isEqualTo(last.multipliedBy(2));
      last = next;
    }
    assertThat(resumption.nextWait()).hasSeconds(5);
    assertThat(resumption.nextWait()).hasSeconds(5);
  }

  @Test
  void nextWait_afterProgress_isNoneAgain() {
    resumption.nextWait();
    resumption.nextWait();
    resumption.reached(1000 + (64 << 10), 5);
    assertThat(resumption.nextWait()).isZero();
    assertThat(resumption.nextWait()).hasMillis(100);
  }

  @Test
  void isHopeless_fewBytesNowAndThen_areNoProgress() {
    long late = PATIENCE.toNanos() + 1;
    resumption.reached(1000 + (64 << 10) - 1, late);
    assertThat(resumption.isHopeless(late)).isTrue();
    resumption.reached(1000 + (64 << 10), late);
    assertThat(resumption.isHopeless(late)).isFalse();
  }
}
