package io.thins3.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.thins3.bench.workload.Curl.Stream;
import io.thins3.bench.workload.Curl.Transfer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class CurlTest {
  private static final long SECOND = 1_000_000_000;
  private static final long LATE = Long.MAX_VALUE / 2;

  private static double seconds(Stream... streams) {
    return Objects.requireNonNull(Curl.sum(List.of(streams)).ownSeconds());
  }

  @Test
  void sum_oneStream_isItsRequestsByCurlsClock() {
    Work work =
        Curl.sum(List.of(new Stream(List.of(new Transfer(10, 0.25), new Transfer(20, 0.5)), LATE)));

    assertThat(work.ownSeconds()).isCloseTo(0.75, within(1e-6));
    assertThat(work.bytes()).isEqualTo(30);
    assertThat(work.operations()).isEqualTo(2);
    assertThat(Objects.requireNonNull(work.latencies()).quantile(1.0)).isEqualTo(SECOND / 2);
  }

  @Test
  void sum_streamsThatBeganOneAfterTheOther_isFromTheFirstStartToTheLastEnd() {
    // 0 to 2 s, and 1 to 3 s: not the 2 s of the longest.
    assertThat(
            seconds(
                new Stream(List.of(new Transfer(1, 2)), LATE),
                new Stream(List.of(new Transfer(1, 2)), LATE + SECOND)))
        .isCloseTo(3, within(1e-6));
  }

  @Test
  void sum_oneStreamWithinAnother_isTheLongerOne() {
    assertThat(
            seconds(
                new Stream(List.of(new Transfer(1, 4)), LATE + SECOND),
                new Stream(List.of(new Transfer(1, 1)), LATE)))
        .isCloseTo(4, within(1e-6));
  }
}
