package io.thins3.bench.report;

import io.thins3.bench.result.StepInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Two runs beside each other. Absolute figures of two runs differ for many reasons; what is
 * compared are the ratios to each peer, taken within each round of each run, where subject and peer
 * ran within seconds of each other: the second run's median of them divided by the first's.
 *
 * <p>Only steps that are the same work in both runs are compared. A change is called better or
 * worse when it is more than a tenth, when each run has at least three rounds, and when no round of
 * one run has a ratio that lies among those of the other.
 */
public final class TwoRuns {
  private static final int ENOUGH_ROUNDS = 3;

  private final Summary first;
  private final Summary second;

  /** The earlier and the later run. */
  public TwoRuns(Summary first, Summary second) {
    this.first = first;
    this.second = second;
  }

  /** As text: a line for each step and peer that both runs have. */
  public String render() {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%nratios of %s to its peers: first run (%s), second run (%s), second/first",
        second.subject(),
        first.run().info().started(),
        second.run().info().started());
    if (!first.subject().equals(second.subject())) {
      line(
          text,
          "the runs are about different clients: %s and %s",
          first.subject(),
          second.subject());
      return text.toString();
    }
    List<String> differences = new Circumstances(first).differences(second);
    if (!differences.isEmpty()) {
      line(text, "the runs differ in more than their date:");
      differences.forEach(difference -> line(text, "  %s", difference));
    }
    for (int latency : second.latencies()) {
      for (StepInfo step : second.run().info().steps()) {
        step(text, latency, step);
      }
    }
    return text.toString();
  }

  private void step(StringBuilder text, int latency, StepInfo step) {
    Optional<StepInfo> before =
        first.run().info().steps().stream().filter(s -> s.id().equals(step.id())).findFirst();
    if (before.isEmpty() || first.latencies().stream().noneMatch(l -> l == latency)) {
      return;
    }
    if (!before.get().equals(step)) {
      line(
          text, "%2d ms  %s: not compared: %s", latency, step.id(), difference(before.get(), step));
      return;
    }
    for (String peer : second.contenders()) {
      Optional<Stats> one = first.roundRatios(latency, step, peer);
      Optional<Stats> two = second.roundRatios(latency, step, peer);
      if (one.isPresent() && two.isPresent()) {
        line(
            text,
            "%2d ms  %-60s %-9s %24s %24s %9s  %s",
            latency,
            step.title(),
            peer,
            ratios(one.get()),
            ratios(two.get()),
            Figures.ratio(two.get().median() / one.get().median()),
            verdict(step, one.get(), two.get()));
      }
    }
  }

  private static String difference(StepInfo one, StepInfo two) {
    List<String> found = new ArrayList<>();
    if (!one.title().equals(two.title())) {
      found.add("'%s' | '%s'".formatted(one.title(), two.title()));
    }
    if (!one.how().equals(two.how())) {
      found.add("'%s' | '%s'".formatted(one.how(), two.how()));
    }
    if (!Objects.equals(one.unit(), two.unit())) {
      found.add("%s | %s".formatted(one.unit().symbol(), two.unit().symbol()));
    }
    return found.isEmpty() ? "another group" : String.join(", ", found);
  }

  private static String ratios(Stats ratios) {
    return "%s (%s..%s)"
        .formatted(
            Figures.ratio(ratios.median()),
            Figures.ratio(ratios.min()),
            Figures.ratio(ratios.max()));
  }

  /** Below a tenth is within what two runs of the same program differ by. */
  static String verdict(StepInfo step, Stats one, Stats two) {
    double change = two.median() / one.median();
    double gain = step.unit().moreIsBetter() ? change : 1 / change;
    if (gain <= 1.1 && gain >= 1 / 1.1) {
      return "";
    }
    if (one.count() < ENOUGH_ROUNDS || two.count() < ENOUGH_ROUNDS) {
      return "too few rounds to say";
    }
    if (one.max() >= two.min() && two.max() >= one.min()) {
      return "";
    }
    return gain > 1 ? "better" : "worse";
  }

  private static void line(StringBuilder text, String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments).stripTrailing())
        .append(System.lineSeparator());
  }
}
