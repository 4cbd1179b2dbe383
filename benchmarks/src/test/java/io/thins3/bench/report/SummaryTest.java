package io.thins3.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.thins3.bench.result.Sample;
import io.thins3.bench.result.Traffic;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SummaryTest {
  @Test
  void cell_threeRounds_hasMedianAndSpreadInTheStepsUnit() {
    Summary summary = new Samples("a").reads("a", 2, 1, 4).summary();

    Cell cell = summary.cell(0, Samples.READ, "a").orElseThrow();

    assertThat(cell.value()).contains(new Stats(3, 512, 256, 1024));
    assertThat(cell.attempts()).isEqualTo(3);
    assertThat(cell.failures()).isZero();
  }

  @Test
  void cell_transfer_costsArePerGibibyte() {
    Cell cell = new Samples("a").reads("a", 1).summary().cell(0, Samples.READ, "a").orElseThrow();

    assertThat(cell.cpuBasis()).isEqualTo(CpuBasis.GIBIBYTE);
    assertThat(cell.clientCpu()).contains(new Stats(1, 2, 2, 2));
    assertThat(cell.serverCpu()).contains(new Stats(1, 1, 1, 1));
    assertThat(cell.peakMemoryBytes().orElseThrow().median()).isEqualTo(100 << 20);
  }

  @Test
  void cell_randomReads_costsArePerThousandOperations() {
    Summary summary = new Samples("a").randomReads("a", 1000, 1000, 1000, 1000).summary();

    Cell cell = summary.cell(0, Samples.RANDOM, "a").orElseThrow();

    assertThat(cell.cpuBasis()).isEqualTo(CpuBasis.THOUSAND_OPERATIONS);
    assertThat(cell.clientCpu().orElseThrow().median()).isEqualTo(500);
  }

  @Test
  void cell_failedRound_isCountedAndNamedButNotInTheMedian() {
    Summary summary =
        new Samples("a")
            .lists("a", 1)
            .failed(Samples.LIST, "a", 2, "Input/output error")
            .failed(Samples.LIST, "a", 3, "another")
            .summary();

    Cell cell = summary.cell(0, Samples.LIST, "a").orElseThrow();

    assertThat(cell.value()).contains(new Stats(1, 1, 1, 1));
    assertThat(cell.attempts()).isEqualTo(3);
    assertThat(cell.failures()).isEqualTo(2);
    assertThat(cell.failure()).contains("Input/output error");
  }

  @Test
  void cell_countingPass_givesRequestsAndNoTimes() {
    Summary summary =
        new Samples("a").reads("a", 1).counted(Samples.READ, "a", Map.of("get", 128L)).summary();

    Cell cell = summary.cell(0, Samples.READ, "a").orElseThrow();

    assertThat(cell.value()).contains(new Stats(1, 1024, 1024, 1024));
    assertThat(cell.clientCpu()).contains(new Stats(1, 2, 2, 2));
    assertThat(cell.counted()).contains(new Counted(new Traffic(Map.of("get", 128L), 10, 20), 7));
    assertThat(cell.notCounted()).isEmpty();
    assertThat(cell.attempts()).isEqualTo(1);
  }

  @Test
  void cell_failedCountingPass_saysWhyThereAreNoRequests() {
    Summary summary =
        new Samples("a")
            .reads("a", 1)
            .failed(Samples.READ, "a", Sample.COUNTING_ROUND, "took longer than 60 s")
            .summary();

    Cell cell = summary.cell(0, Samples.READ, "a").orElseThrow();

    assertThat(cell.counted()).isEmpty();
    assertThat(cell.notCounted()).contains("took longer than 60 s");
    assertThat(cell.failures()).isZero();
  }

  @Test
  void cell_skippedRound_isNotAFailure() {
    Summary summary =
        new Samples("a")
            .lists("a", 1)
            .skipped(Samples.LIST, "a", 2, "fio is not installed")
            .failed(Samples.LIST, "a", 3, "no")
            .summary();

    Cell cell = summary.cell(0, Samples.LIST, "a").orElseThrow();

    assertThat(cell.attempts()).isEqualTo(3);
    assertThat(cell.failures()).isEqualTo(1);
    assertThat(cell.failure()).contains("no");
    assertThat(cell.skips()).isEqualTo(1);
    assertThat(cell.skip()).contains("fio is not installed");
  }

  @Test
  void cell_objectsCompleteLater_waitIsInTheFigureAndByItself() {
    Cell cell =
        new Samples("a").writesLate("a", 3).summary().cell(0, Samples.WRITE, "a").orElseThrow();

    assertThat(cell.value()).contains(new Stats(1, 256, 256, 256));
    assertThat(cell.waitSeconds()).contains(new Stats(1, 3, 3, 3));
  }

  @Test
  void roundRatios_severalRounds_areTakenWithinEachRound() {
    Summary summary =
        new Samples("a", "b")
            .lists("a", 1, 4, 9)
            .lists("b", 1, 2)
            .failed(Samples.LIST, "b", 3, "no")
            .summary();

    assertThat(summary.roundRatios(0, Samples.LIST, "b")).contains(new Stats(2, 1.5, 1, 2));
    assertThat(summary.roundRatios(0, Samples.LIST, "a")).isEmpty();
    assertThat(summary.roundRatios(0, Samples.READ, "b")).isEmpty();
  }

  @Test
  void cell_neverTried_isAbsent() {
    Summary summary = new Samples("a", "b").reads("a", 1).summary();

    assertThat(summary.cell(0, Samples.READ, "b")).isEqualTo(Optional.empty());
    assertThat(summary.cell(5, Samples.READ, "a")).isEqualTo(Optional.empty());
  }

  @Test
  void ratio_ofTwo_dividesTheSubjectsMedianByThePeers() {
    Summary summary = new Samples("a", "b").reads("a", 1, 2, 4).reads("b", 4, 4, 8).summary();

    assertThat(summary.ratio(0, Samples.READ, "b").getAsDouble()).isCloseTo(2, within(1e-9));
  }

  @Test
  void ratio_ofDurations_isBelowOneForTheFaster() {
    Summary summary = new Samples("a", "b").lists("a", 0.25).lists("b", 1).summary();

    assertThat(summary.ratio(0, Samples.LIST, "b").getAsDouble()).isCloseTo(0.25, within(1e-9));
  }

  @Test
  void ratio_peerFailed_isAbsent() {
    Summary summary =
        new Samples("a", "b").lists("a", 1).failed(Samples.LIST, "b", 1, "no").summary();

    assertThat(summary.ratio(0, Samples.LIST, "b")).isEmpty();
    assertThat(summary.ratio(0, Samples.LIST, "a")).isEmpty();
  }

  @Test
  void contenders_withReference_areClientsInOrderThenCurl() {
    Summary summary = new Samples("b", "a").reads("a", 1).reads("curl", 1).summary();

    assertThat(summary.contenders()).containsExactly("b", "a", "curl");
    assertThat(summary.subject()).isEqualTo("b");
  }
}
