package io.thins3.store.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeadTimesTest {
  private final HeadTimes times = new HeadTimes();

  private void add(int count, long millis) {
    for (int i = 0; i < count; i++) {
      times.add(Duration.ofMillis(millis));
    }
  }

  @Test
  void slowest_fewTimes_isNotKnown() {
    add(HeadTimes.LEAST_SAMPLES - 1, 10);
    assertThat(times.slowest()).isNull();

    add(1, 10);

    assertThat(times.slowest()).isBetween(Duration.ofMillis(10), Duration.ofNanos(12_500_000));
  }

  @Test
  void slowest_oneInTwoHundredIsLate_isThatOfTheOthers() {
    for (int i = 0; i < 500; i++) {
      times.add(Duration.ofMillis(i % 200 == 0 ? 900 : 10));
    }
    assertThat(times.slowest()).isBetween(Duration.ofMillis(10), Duration.ofNanos(12_500_000));
  }

  @Test
  void slowest_oneInFiftyIsLate_isThatOfTheLate() {
    for (int i = 0; i < 500; i++) {
      times.add(Duration.ofMillis(i % 50 == 0 ? 900 : 10));
    }
    assertThat(times.slowest()).isBetween(Duration.ofMillis(900), Duration.ofMillis(1125));
  }

  @Test
  void slowest_storeThatBecomesFaster_follows() {
    add(HeadTimes.SAMPLES, 500);
    add(HeadTimes.SAMPLES, 2);

    assertThat(times.slowest()).isBetween(Duration.ofMillis(2), Duration.ofNanos(2_500_000));
  }

  @Test
  void slowest_anyTimes_isTheirQuantileRoundedUp() {
    long seed = System.nanoTime();
    System.out.println("slowest_anyTimes_isTheirQuantileRoundedUp: seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      HeadTimes any = new HeadTimes();
      long[] micros = new long[HeadTimes.SAMPLES];
      int bits = 1 + random.nextInt(40);
      for (int i = 0; i < HeadTimes.SAMPLES; i++) {
        any.add(Duration.ofNanos(random.nextLong(1L << 50)));
      }
      for (int i = 0; i < HeadTimes.SAMPLES; i++) {
        micros[i] = random.nextLong(1L << bits);
        any.add(Duration.ofNanos(1000 * micros[i]));
      }
      Arrays.sort(micros);
      long exact = micros[HeadTimes.SAMPLES - 1 - HeadTimes.SAMPLES / 100];
      assertThat(any.slowest())
          .isBetween(Duration.ofNanos(1000 * exact), Duration.ofNanos(1250 * exact + 1000));
    }
  }
}
