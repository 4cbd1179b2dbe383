package io.thins3.bench.transports;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.bench.report.Summary;
import io.thins3.bench.result.ClientInfo;
import io.thins3.bench.result.Cost;
import io.thins3.bench.result.LatencyDistribution;
import io.thins3.bench.result.MachineInfo;
import io.thins3.bench.result.Measurement;
import io.thins3.bench.result.Run;
import io.thins3.bench.result.RunInfo;
import io.thins3.bench.result.Sample;
import io.thins3.bench.result.Sample.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TargetsTest {
  private final List<Sample> samples = new ArrayList<>();

  private TargetsTest sample(
      String step, String client, double seconds, double cpu, long... nanos) {
    LatencyDistribution latencies = nanos.length == 0 ? null : LatencyDistribution.of(nanos);
    samples.add(
        new Sample(
            step.equals("read-late") ? 5 : 0,
            1,
            step,
            client,
            Outcome.OK,
            null,
            new Measurement(seconds, seconds, 1L << 30, 1000, latencies),
            new Cost(cpu, null, 1L << 20),
            null,
            null));
    return this;
  }

  private String render(String... clients) {
    return new Targets(
            new Summary(
                new Run(
                    new RunInfo(
                        "2026-11-23T12:00:00Z",
                        List.of("transports"),
                        "quick",
                        1,
                        1,
                        "none",
                        new MachineInfo("a CPU", 2, 8L << 30, "Linux 6.1", "17", true),
                        List.of(),
                        Arrays.stream(clients).map(c -> new ClientInfo(c, "1", c)).toList(),
                        Tasks.all(Amounts.tiny()).stream().map(Task::step).toList()),
                    samples)))
        .render();
  }

  private static String line(String text, String beginning) {
    return text.lines().filter(l -> l.startsWith(beginning)).findFirst().orElseThrow();
  }

  @Test
  void render_cpuAndThroughput_areMultiplesOfStocks() {
    sample("read-late", "linux", 3, 0.25).sample("read-late", "stock", 9, 1.0);
    sample("read-direct", "linux", 2, 1).sample("read-direct", "stock", 3, 1);
    sample("read-direct", "libfuse", 3, 1);

    String text = render("linux", "libfuse", "stock");

    assertThat(line(text, "read-late")).containsPattern("at most 0.35x +0.25x +- +met");
    assertThat(line(text, "read-direct")).containsPattern("at least 1.70x +1.50x +1.00x +missed");
  }

  @Test
  void render_durations_areTurnedIntoSpeed() {
    sample("ls", "linux", 0.1, 1).sample("ls", "stock", 0.5, 1);

    assertThat(line(render("linux", "libfuse", "stock"), "ls"))
        .containsPattern("at least 4.00x +5.00x +- +met");
  }

  @Test
  void render_latencies_areThoseOfTheLastPercent() {
    sample("stat-64", "linux", 1, 1, 2_000_000).sample("stat-64", "stock", 1, 1, 10_000_000);

    assertThat(line(render("linux", "libfuse", "stock"), "stat-64"))
        .containsPattern("at most 0.10x +0.20x +- +missed");
  }

  @Test
  void render_runOfOtherPrograms_isEmpty() {
    assertThat(render("thins3", "s3fs")).isEmpty();
  }
}
