package io.thins3.bench.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ContentTest {
  private final Content content = new Content(1);

  @Test
  void bytes_anyRange_isThatRangeOfTheWhole() {
    byte[] whole = content.bytes(0, 3 << 20);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      // A stamp of 8 bytes is written whole or not at all: cuts are at multiples of 8.
      int start = random.nextInt(whole.length / 8) * 8;
      int length = random.nextInt((whole.length - start) / 8 + 1) * 8;
      assertThat(content.bytes(start, length))
          .as("seed %d: %d bytes at %d", seed, length, start)
          .isEqualTo(Arrays.copyOfRange(whole, start, start + length));
    }
  }

  @Test
  void bytes_twoBlocks_differ() {
    assertThat(content.bytes(0, 4096)).isNotEqualTo(content.bytes(1 << 20, 4096));
  }

  @Test
  void bytes_sameSeed_areTheSame() {
    assertThat(new Content(1).bytes(0, 4096)).isEqualTo(content.bytes(0, 4096));
    assertThat(new Content(2).bytes(0, 4096)).isNotEqualTo(content.bytes(0, 4096));
  }
}
