package io.thins3.read;

import static io.thins3.read.ReadLab.KIB;
import static io.thins3.read.ReadLab.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadWindowTest {
  @Test
  void size_atFirst_isOneMibAndOneBlock() {
    assertThat(new ReadWindow(48L * MIB).size()).isEqualTo(MIB + 128 * KIB);
  }

  @Test
  void grow_noLatency_doublesUpToFourRequestsOf8Mib() {
    ReadWindow window = new ReadWindow(1L << 40);
    for (int i = 0; i < 4; i++) {
      assertThat(window.grow(MIB)).isTrue();
    }
    assertThat(window.size()).isEqualTo(18L * MIB);
    assertThat(window.grow(MIB)).isTrue();
    assertThat(window.size()).isEqualTo(32L * MIB);
    assertThat(window.grow(MIB)).isFalse();
  }

  @Test
  void grow_latencyShows_doublesUpToTheLargest() {
    ReadWindow window = new ReadWindow(1L << 40);
    for (int i = 0; i < 7; i++) {
      assertThat(window.grow(25L * MIB)).isTrue();
    }
    assertThat(window.size()).isEqualTo(ReadWindow.LARGEST);
    assertThat(window.grow(25L * MIB)).isFalse();
    assertThat(window.grow(0)).isFalse();
    assertThat(window.size()).isEqualTo(ReadWindow.LARGEST);
  }

  @Test
  void grow_smallBudget_staysWithinIt() {
    ReadWindow window = new ReadWindow(1_000_000);
    assertThat(window.size()).isEqualTo(7 * 128 * KIB);
    assertThat(window.grow(25L * MIB)).isFalse();
  }

  @Test
  void shrink_again_leavesOneBlock() {
    ReadWindow window = new ReadWindow(48L * MIB);
    window.shrink();
    assertThat(window.size()).isEqualTo(512 * KIB);
    for (int i = 0; i < 10; i++) {
      window.shrink();
    }
    assertThat(window.size()).isEqualTo(128 * KIB);
  }

  @Test
  void range_ofAWindow_isOneToFourRequests() {
    assertThat(ReadWindow.range(128 * KIB)).isEqualTo(128 * KIB);
    assertThat(ReadWindow.range(MIB + 128 * KIB)).isEqualTo(MIB);
    assertThat(ReadWindow.range(4L * MIB)).isEqualTo(2L * MIB);
    assertThat(ReadWindow.range(16L * MIB)).isEqualTo(8L * MIB);
    assertThat(ReadWindow.range(32L * MIB)).isEqualTo(8L * MIB);
    assertThat(ReadWindow.range(48L * MIB)).isEqualTo(12L * MIB);
    assertThat(ReadWindow.range(64L * MIB)).isEqualTo(16L * MIB);
  }
}
