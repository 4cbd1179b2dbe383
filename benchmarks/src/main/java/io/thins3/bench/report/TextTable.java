package io.thins3.bench.report;

import static java.util.stream.Collectors.joining;

import io.thins3.bench.result.StepInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A run as text for a terminal: a block a step, a line a client. */
public final class TextTable {
  private static final String ROW = "  %-9s %10s %19s %9s %14s %14s %9s %8s  %s%n";

  private final Summary summary;

  /** Of a run. */
  public TextTable(Summary summary) {
    this.summary = summary;
  }

  /** All latencies and groups. */
  public String render() {
    StringBuilder text = new StringBuilder();
    text.append(header());
    for (int latency : summary.latencies()) {
      for (String group : summary.groups()) {
        String blocks =
            summary.steps(group).stream().map(step -> block(latency, step)).collect(joining());
        if (!blocks.isEmpty()) {
          text.append(head(group, latency)).append(blocks);
        }
      }
    }
    return text.toString().replaceAll(" +\n", "\n");
  }

  private String head(String group, int latency) {
    return "%n== %s, %d ms added%n".formatted(group, latency)
        + ROW.formatted(
            "",
            "median",
            "min .. max",
            summary.subject() + "/",
            "client CPU",
            "server CPU",
            "peak MiB",
            "wait s",
            "requests");
  }

  private String header() {
    return String.join("%n".formatted(), new Circumstances(summary).lines()) + "%n".formatted();
  }

  private String block(int latency, StepInfo step) {
    StringBuilder text = new StringBuilder();
    Optional<String> best = best(latency, step);
    for (String contender : summary.contenders()) {
      summary
          .cell(latency, step, contender)
          .ifPresent(
              cell ->
                  text.append(
                      line(latency, step, contender, cell, best.equals(Optional.of(contender)))));
    }
    return text.isEmpty()
        ? ""
        : "%s  [%s, %s is better]%n%s"
            .formatted(
                step.title(),
                step.unit().symbol(),
                step.unit().moreIsBetter() ? "more" : "less",
                text);
  }

  /** The best of the clients; curl is no client. */
  private Optional<String> best(int latency, StepInfo step) {
    Map<Double, String> medians = new TreeMap<>();
    for (var client : summary.run().info().clients()) {
      summary
          .cell(latency, step, client.name())
          .flatMap(Cell::value)
          .ifPresent(
              value ->
                  medians.put(
                      step.unit().moreIsBetter() ? -value.median() : value.median(),
                      client.name()));
    }
    return medians.values().stream().findFirst();
  }

  private String line(int latency, StepInfo step, String contender, Cell cell, boolean best) {
    Optional<Stats> value = cell.value();
    List<String> remarks = new ArrayList<>();
    cell.counted().ifPresent(counted -> remarks.add(counted.text(step)));
    cell.notCounted().ifPresent(reason -> remarks.add("requests not counted: " + reason));
    if (cell.failures() > 0) {
      remarks.add(remark("FAILED", cell.failures(), cell, cell.failure()));
    }
    if (cell.skips() > 0) {
      remarks.add(remark("SKIPPED", cell.skips(), cell, cell.skip()));
    }
    if (value.isEmpty()) {
      return "  %-9s %10s  %s%n".formatted(contender, "-", String.join("; ", remarks));
    }
    var ratio = summary.ratio(latency, step, contender);
    String basis = cell.cpuBasis().symbol();
    return ROW.formatted(
        contender,
        Figures.figure(value.get().median()) + (best ? "*" : " "),
        Figures.figure(value.get().min()) + " .. " + Figures.figure(value.get().max()),
        ratio.isPresent() ? Figures.ratio(ratio.getAsDouble()) : "",
        cell.clientCpu().map(cpu -> Figures.figure(cpu.median()) + " " + basis).orElse(""),
        cell.serverCpu().map(cpu -> Figures.figure(cpu.median()) + " " + basis).orElse(""),
        cell.peakMemoryBytes().map(peak -> Figures.mebibytes(peak.median())).orElse(""),
        cell.waitSeconds()
            .filter(wait -> wait.median() >= 0.01)
            .map(wait -> Figures.figure(wait.median()))
            .orElse(""),
        String.join("; ", remarks));
  }

  private static String remark(String what, int rounds, Cell cell, Optional<String> reason) {
    return "%s %d of %d: %s".formatted(what, rounds, cell.attempts(), reason.orElse(""));
  }
}
