package io.thins3.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TwoRunsTest {
  private static Samples first() {
    return new Samples("a", "b")
        .reads("a", 2, 2, 2)
        .reads("b", 2, 2, 2)
        .lists("a", 1, 1, 1)
        .lists("b", 1, 1, 1);
  }

  /** The machine is half as fast, and the subject has doubled against its peer. */
  private static Samples second() {
    return new Samples("a", "b")
        .reads("a", 2, 2, 2)
        .reads("b", 4, 4, 4)
        .lists("a", 4, 4, 4)
        .lists("b", 2, 2, 2);
  }

  private static String render(Samples one, Samples two) {
    return new TwoRuns(one.summary(), two.summary()).render();
  }

  @Test
  void render_slowerMachine_comparesRatiosAndKnowsWhichWayIsBetter() {
    assertThat(render(first(), second()).lines())
        .anyMatch(line -> line.matches(".*read 1 GiB +b +1\\.00x.* 2\\.00x .* 2\\.00x +better"))
        .anyMatch(line -> line.matches(".*ls -l.* b +1\\.00x.* 2\\.00x .* 2\\.00x +worse"));
  }

  @Test
  void render_stepInOneRunOnly_isLeftOut() {
    Samples without = new Samples("a", "b").lists("a", 1).lists("b", 1);

    assertThat(render(without, second())).doesNotContain("read 1 GiB").contains("ls -l");
  }

  /** 128 MiB of --quick and 1 GiB of a full run have the same id. */
  @Test
  void render_sameStepOfAnotherSize_isNotCompared() {
    assertThat(render(first(), second().ofAnotherScale()))
        .contains("read: not compared: 'read 1 GiB' | 'read 1 GiB more'")
        .doesNotContain("better")
        .doesNotContain("worse");
  }

  @Test
  void render_otherVersions_namesThem() {
    assertThat(render(first(), second().inVersion("2.0")))
        .contains("the runs differ in more than their date:")
        .contains("b: 1.0 | 2.0");
    assertThat(render(first(), second())).doesNotContain("the runs differ");
  }

  @Test
  void render_differentSubjects_saysSo() {
    assertThat(render(first(), new Samples("b", "a").reads("a", 1)))
        .contains("different clients: a and b");
  }

  private static Stats ratios(int rounds, double min, double median, double max) {
    return new Stats(rounds, median, min, max);
  }

  @Test
  void verdict_withinATenth_isNone() {
    assertThat(TwoRuns.verdict(Samples.READ, ratios(5, 1, 1, 1), ratios(5, 1.05, 1.05, 1.05)))
        .isEmpty();
    assertThat(TwoRuns.verdict(Samples.LIST, ratios(5, 1, 1, 1), ratios(5, 0.95, 0.95, 0.95)))
        .isEmpty();
  }

  @Test
  void verdict_spreadsThatOverlap_isNone() {
    assertThat(TwoRuns.verdict(Samples.READ, ratios(5, 0.8, 1, 1.3), ratios(5, 1.2, 1.5, 1.8)))
        .isEmpty();
    assertThat(TwoRuns.verdict(Samples.READ, ratios(5, 0.8, 1, 1.1), ratios(5, 1.2, 1.5, 1.8)))
        .isEqualTo("better");
    assertThat(TwoRuns.verdict(Samples.READ, ratios(5, 1.2, 1.5, 1.8), ratios(5, 0.8, 1, 1.1)))
        .isEqualTo("worse");
  }

  @Test
  void verdict_fewRounds_isNone() {
    assertThat(TwoRuns.verdict(Samples.READ, ratios(2, 1, 1, 1), ratios(5, 2, 2, 2)))
        .isEqualTo("too few rounds to say");
  }
}
