package io.thins3.bench.report;

import io.thins3.bench.result.StepInfo;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A run as Markdown: its circumstances, figures with spread and ratios, costs, requests. For
 * docs/BENCHMARKS.md.
 */
public final class MarkdownTable {
  private final Summary summary;

  /** Of a run. */
  public MarkdownTable(Summary summary) {
    this.summary = summary;
  }

  /** All latencies: tables of figures, costs and requests each. */
  public String render() {
    StringBuilder text = new StringBuilder();
    new Circumstances(summary).lines().forEach(line -> text.append("* %s%n".formatted(line)));
    text.append(
        "%nMedian, (%s's median / this one's), smallest .. largest, n rounds.%n%n"
            .formatted(summary.subject()));
    for (int latency : summary.latencies()) {
      text.append("### %d ms added%n%n".formatted(latency));
      text.append(table(latency, this::figure));
      text.append(
          "%nCPU of the client + of the server, peak memory, wait until done:%n%n".formatted());
      text.append(table(latency, this::cost));
      text.append("%nRequests to the store:%n%n".formatted());
      text.append(table(latency, this::requests));
      text.append("%n".formatted());
    }
    text.append(failures());
    return text.toString();
  }

  private interface Entry {
    String text(int latency, StepInfo step, String contender, Cell cell);
  }

  private String table(int latency, Entry entry) {
    List<String> contenders = summary.contenders();
    StringBuilder text = new StringBuilder();
    text.append(row("work", contenders, name -> name));
    text.append("|---|" + "---:|".repeat(contenders.size()) + "%n".formatted());
    for (StepInfo step : summary.run().info().steps()) {
      if (contenders.stream().anyMatch(c -> summary.cell(latency, step, c).isPresent())) {
        text.append(
            row(
                step.title() + ", " + step.unit().symbol(),
                contenders,
                contender ->
                    summary
                        .cell(latency, step, contender)
                        .map(cell -> entry.text(latency, step, contender, cell))
                        .orElse("")));
      }
    }
    return text.toString();
  }

  private static String row(String first, List<String> contenders, Function<String, String> cell) {
    return "| %s | %s |%n"
        .formatted(first, contenders.stream().map(cell).collect(Collectors.joining(" | ")));
  }

  private String figure(int latency, StepInfo step, String contender, Cell cell) {
    var ratio = summary.ratio(latency, step, contender);
    return cell.value()
        .map(
            value ->
                Figures.figure(value.median())
                    + (ratio.isPresent() ? " (" + Figures.ratio(ratio.getAsDouble()) + ")" : "")
                    + ", %s .. %s, n %d"
                        .formatted(
                            Figures.figure(value.min()), Figures.figure(value.max()), value.count())
                    + (cell.failures() + cell.skips() > 0 ? " †" : ""))
        .orElse(cell.failures() > 0 ? "failed †" : "skipped †");
  }

  private String cost(int latency, StepInfo step, String contender, Cell cell) {
    return cell.clientCpu()
        .map(
            cpu ->
                Figures.figure(cpu.median())
                    + cell.serverCpu().map(s -> " + " + Figures.figure(s.median())).orElse("")
                    + " "
                    + cell.cpuBasis().symbol()
                    + cell.peakMemoryBytes()
                        .map(peak -> ", " + Figures.mebibytes(peak.median()) + " MiB")
                        .orElse("")
                    + cell.waitSeconds()
                        .filter(wait -> wait.median() >= 0.01)
                        .map(wait -> ", " + Figures.figure(wait.median()) + " s wait")
                        .orElse(""))
        .orElse("");
  }

  private String requests(int latency, StepInfo step, String contender, Cell cell) {
    return cell.counted()
        .map(counted -> counted.text(step))
        .or(() -> cell.notCounted().map(reason -> "not counted: " + reason))
        .orElse("");
  }

  private String failures() {
    StringBuilder text = new StringBuilder();
    for (int latency : summary.latencies()) {
      for (StepInfo step : summary.run().info().steps()) {
        for (String contender : summary.contenders()) {
          summary
              .cell(latency, step, contender)
              .filter(cell -> cell.failures() + cell.skips() > 0)
              .ifPresent(
                  cell ->
                      text.append(
                          "* %s, %s, %d ms: failed %d, skipped %d of %d: %s%n"
                              .formatted(
                                  contender,
                                  step.title(),
                                  latency,
                                  cell.failures(),
                                  cell.skips(),
                                  cell.attempts(),
                                  cell.failure().or(cell::skip).orElse(""))));
        }
      }
    }
    return text.isEmpty() ? "" : "† did not succeed:%n%n%s".formatted(text);
  }
}
