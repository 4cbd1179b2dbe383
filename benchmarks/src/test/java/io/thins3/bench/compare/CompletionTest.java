package io.thins3.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.bench.process.Deadline;
import io.thins3.bench.workload.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

final class CompletionTest {
  private final Deadline deadline = Deadline.in(Duration.ofSeconds(30));
  private final List<Long> looks = new ArrayList<>();

  /** A store that shows one of these at each look, the last one for ever. */
  @SafeVarargs
  private Completion.Stored showing(Map<String, Long>... contents) {
    return prefix -> {
      assertThat(prefix).isEqualTo("dir/");
      looks.add(System.nanoTime());
      return contents[Math.min(looks.size(), contents.length) - 1];
    };
  }

  @Test
  void awaitNanos_completeAtFirstLook_isNoWait() throws Exception {
    Work work = Work.operations(1).publishing(Map.of("a", 5L));

    long waited = new Completion(showing(Map.of("dir/a", 5L)), "dir/").awaitNanos(work, deadline);

    assertThat(looks).hasSize(1);
    assertThat(waited).isZero();
  }

  @Test
  void awaitNanos_uploadThatGrows_isWhenTheSizeIsRight() throws Exception {
    Work work = Work.operations(1).publishing(Map.of("a", 5L));
    long start = System.nanoTime();

    long waited =
        new Completion(showing(Map.of(), Map.of("dir/a", 4L), Map.of("dir/a", 5L)), "dir/")
            .awaitNanos(work, deadline);

    assertThat(looks).hasSize(3);
    assertThat(waited).isBetween(looks.get(1) - looks.get(0), looks.get(2) - start);
  }

  @Test
  void awaitNanos_removal_isWhenTheKeyIsGone() throws Exception {
    Work work = Work.operations(1).removing(Set.of("a"));

    new Completion(showing(Map.of("dir/a", 1L), Map.of("dir/b", 1L)), "dir/")
        .awaitNanos(work, deadline);

    assertThat(looks).hasSize(2);
  }

  @Test
  void awaitNanos_nothingPromised_doesNotLook() throws Exception {
    new Completion(showing(Map.of()), "dir/").awaitNanos(Work.operations(1), deadline);

    assertThat(looks).isEmpty();
  }

  @Test
  void awaitNanos_neverComplete_saysHowManyAreMissing() {
    Work work = Work.operations(2).publishing(Map.of("a", 5L, "b", 5L));
    Completion completion = new Completion(showing(Map.of("dir/a", 5L)), "dir/");

    assertThatThrownBy(() -> completion.awaitNanos(work, Deadline.in(Duration.ofMillis(50))))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("1 of 2 files");
  }
}
