package io.thins3.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class TwoRunsTest {
  private final Summary first =
      new Samples("a", "b").reads("a", 2).reads("b", 2).lists("a", 1).lists("b", 1).summary();
  // The machine is half as fast, and the subject has doubled against its peer.
  private final Summary second =
      new Samples("a", "b").reads("a", 2).reads("b", 4).lists("a", 4).lists("b", 2).summary();

  @Test
  void change_slowerMachine_onlyTheRatioCounts() {
    TwoRuns runs = new TwoRuns(first, second);

    assertThat(runs.change(0, Samples.READ, "b").getAsDouble()).isCloseTo(2, within(1e-9));
    assertThat(runs.change(0, Samples.LIST, "b").getAsDouble()).isCloseTo(2, within(1e-9));
  }

  @Test
  void change_stepInOneRunOnly_isAbsent() {
    Summary without = new Samples("a", "b").lists("a", 1).lists("b", 1).summary();

    assertThat(new TwoRuns(without, second).change(0, Samples.READ, "b")).isEmpty();
  }

  @Test
  void render_moreOfAThroughputIsBetter_moreOfADurationIsWorse() {
    assertThat(new TwoRuns(first, second).render().lines())
        .anyMatch(line -> line.matches(".*read 1 GiB.* b .*1\\.00x +2\\.00x +2\\.00x +better"))
        .anyMatch(line -> line.matches(".*ls -l.* b .*1\\.00x +2\\.00x +2\\.00x +worse"));
  }

  @Test
  void verdict_withinATenth_isNone() {
    assertThat(TwoRuns.verdict(Samples.READ, 1.05)).isEmpty();
    assertThat(TwoRuns.verdict(Samples.LIST, 0.95)).isEmpty();
  }

  @Test
  void render_differentSubjects_saysSo() {
    Summary other = new Samples("b", "a").reads("a", 1).summary();

    assertThat(new TwoRuns(first, other).render()).contains("different clients: a and b");
  }
}
