package io.thins3.bench.transports;

import io.thins3.bench.report.Cell;
import io.thins3.bench.report.Figures;
import io.thins3.bench.report.Stats;
import io.thins3.bench.report.Summary;
import io.thins3.bench.result.StepInfo;
import io.thins3.bench.transports.server.ServerKind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * What the Linux transport is meant to reach beside stock jnr-fuse, and what it reached. Said, and
 * not asserted: figures of a machine that others use prove nothing in either direction.
 */
public final class Targets {
  private static final String ROW = "%-42s %14s %9s %9s  %s%n";

  private static final List<Target> ALL =
      List.of(
          new Target("read-late", "CPU per GiB", Cell::clientCpu, false, 0.35),
          new Target("read-warm", "CPU per GiB", Cell::clientCpu, false, 0.35),
          new Target("read-direct", "throughput", Cell::value, true, 1.7),
          // Times: how many times as fast.
          new Target("ls", "speed", cell -> cell.value().map(Targets::inverse), true, 4),
          new Target("stat-16", "rate", Cell::value, true, 3),
          new Target("stat-64", "99th percentile", Cell::value, false, 0.1));

  private final Summary summary;

  /** Of a run. */
  public Targets(Summary summary) {
    this.summary = summary;
  }

  private record Target(
      String step,
      String what,
      Function<Cell, Optional<Stats>> figure,
      boolean least,
      double goal) {
    boolean met(double ratio) {
      return least ? ratio >= goal : ratio <= goal;
    }
  }

  private static Stats inverse(Stats seconds) {
    return new Stats(seconds.count(), 1 / seconds.median(), 1 / seconds.max(), 1 / seconds.min());
  }

  /** A line a target; empty when the run is one of other programs. */
  public String render() {
    if (!summary.contenders().contains(ServerKind.STOCK.label())) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    text.append(
        ROW.formatted(
            "medians, as multiples of stock's",
            "target",
            ServerKind.LINUX.label(),
            ServerKind.LIBFUSE.label(),
            ""));
    for (Target target : ALL) {
      summary.run().info().steps().stream()
          .filter(step -> step.id().equals(target.step))
          .forEach(step -> text.append(line(target, step)));
    }
    return text.toString().replaceAll(" +\n", "\n");
  }

  private String line(Target target, StepInfo step) {
    OptionalDouble linux = ratio(target, step, ServerKind.LINUX);
    OptionalDouble libfuse = ratio(target, step, ServerKind.LIBFUSE);
    return ROW.formatted(
        step.id() + ": " + target.what,
        (target.least ? "at least " : "at most ") + Figures.ratio(target.goal),
        text(linux),
        text(libfuse),
        linux.isEmpty() ? "" : target.met(linux.getAsDouble()) ? "met" : "missed");
  }

  private static String text(OptionalDouble ratio) {
    return ratio.isPresent() ? Figures.ratio(ratio.getAsDouble()) : "-";
  }

  private OptionalDouble ratio(Target target, StepInfo step, ServerKind kind) {
    Optional<Double> own = median(target, step, kind);
    Optional<Double> stock = median(target, step, ServerKind.STOCK);
    return own.isPresent() && stock.isPresent() && stock.get() > 0
        ? OptionalDouble.of(own.get() / stock.get())
        : OptionalDouble.empty();
  }

  private Optional<Double> median(Target target, StepInfo step, ServerKind kind) {
    return summary.latencies().stream()
        .map(latency -> summary.cell(latency, step, kind.label()))
        .flatMap(Optional::stream)
        .map(target.figure)
        .flatMap(Optional::stream)
        .map(Stats::median)
        .findFirst();
  }
}
