package io.thins3.bench.report;

import io.thins3.bench.result.StepInfo;
import java.util.OptionalDouble;

/**
 * Two runs beside each other. Absolute figures of two runs differ for many reasons; what is
 * compared are the ratios to each peer within each run: the second run's divided by the first's.
 */
public final class TwoRuns {
  private final Summary first;
  private final Summary second;

  /** The earlier and the later run. */
  public TwoRuns(Summary first, Summary second) {
    this.first = first;
    this.second = second;
  }

  /**
   * How much the subject's ratio to a peer has changed: above 1 it grew. Absent unless both runs
   * have it.
   */
  public OptionalDouble change(int latencyMillis, StepInfo step, String peer) {
    OptionalDouble before = first.ratio(latencyMillis, step, peer);
    OptionalDouble after = second.ratio(latencyMillis, step, peer);
    return before.isPresent() && after.isPresent() && before.getAsDouble() > 0
        ? OptionalDouble.of(after.getAsDouble() / before.getAsDouble())
        : OptionalDouble.empty();
  }

  /** As text: a line for each step and peer that both runs have. */
  public String render() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%nratios of %s to its peers: first run (%s), second run (%s), second/first%n"
            .formatted(
                second.subject(), first.run().info().started(), second.run().info().started()));
    if (!first.subject().equals(second.subject())) {
      return text.append(
              "the runs are about different clients: %s and %s%n"
                  .formatted(first.subject(), second.subject()))
          .toString();
    }
    for (int latency : second.latencies()) {
      for (StepInfo step : second.run().info().steps()) {
        for (String peer : second.contenders()) {
          OptionalDouble change = change(latency, step, peer);
          if (change.isPresent()) {
            text.append(
                "%2d ms  %-60s %-9s %9s %9s %9s  %s%n"
                    .formatted(
                        latency,
                        step.title(),
                        peer,
                        Figures.ratio(first.ratio(latency, step, peer).getAsDouble()),
                        Figures.ratio(second.ratio(latency, step, peer).getAsDouble()),
                        Figures.ratio(change.getAsDouble()),
                        verdict(step, change.getAsDouble())));
          }
        }
      }
    }
    return text.toString();
  }

  /** Below a tenth is within what two runs of the same program differ by. */
  static String verdict(StepInfo step, double change) {
    double gain = step.unit().moreIsBetter() ? change : 1 / change;
    if (gain > 1.1) {
      return "better";
    }
    return gain < 1 / 1.1 ? "worse" : "";
  }
}
