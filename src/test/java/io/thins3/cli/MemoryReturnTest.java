package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.FakeTicker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryReturnTest {
  private static final long MIB = 1 << 20;

  private final FakeTicker ticker = new FakeTicker();
  private final MemoryReturn memory = new MemoryReturn(ticker::read);

  @Test
  void look_nothingWasLetGoOf_never() {
    assertThat(memory.look(0, 0)).isFalse();
    assertThat(memory.look(0, 7)).isFalse();
    assertThat(memory.look(0, 7)).isFalse();
  }

  @Test
  void look_whileRead_whenSixteenMebibytesWait() {
    assertThat(memory.look(15 * MIB, 1)).isFalse();
    assertThat(memory.look(MIB, 2)).isTrue();
    ticker.advance(Duration.ofMinutes(2));
    assertThat(memory.look(0, 3)).as("all was given back").isFalse();
    assertThat(memory.look(MIB, 4)).isFalse();
  }

  @Test
  void look_nobodyReads_whateverWaits() {
    assertThat(memory.look(MIB, 1)).isFalse();
    assertThat(memory.look(0, 1)).isTrue();
  }

  @Test
  void look_memoryGoesAllTheTime_onceAMinute() {
    int collections = 0;
    for (int i = 1; i <= 120; i++) {
      collections += memory.look(100 * MIB, i) ? 1 : 0;
      ticker.advance(Duration.ofSeconds(5));
    }
    assertThat(collections).as("in ten minutes").isEqualTo(10);
  }

  @Test
  void look_withinTheMinute_isMadeUpForAfterIt() {
    assertThat(memory.look(MIB, 0)).isTrue();
    assertThat(memory.look(MIB, 0)).isFalse();
    ticker.advance(Duration.ofSeconds(59));
    assertThat(memory.look(0, 0)).isFalse();
    ticker.advance(Duration.ofSeconds(1));
    assertThat(memory.look(0, 0)).isTrue();
  }
}
