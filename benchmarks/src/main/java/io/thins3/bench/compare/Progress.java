package io.thins3.bench.compare;

import io.thins3.bench.result.Sample;
import io.thins3.bench.result.StepInfo;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;

/** One line a step while the run goes on, on standard error. */
public final class Progress {
  private final PrintStream out;
  private final Map<String, StepInfo> steps;
  private final long startNanos = System.nanoTime();
  private int done;
  private int total;

  /**
   * Progress of steps.
   *
   * @param steps by their ids
   */
  public Progress(PrintStream out, Map<String, StepInfo> steps) {
    this.out = out;
    this.steps = Map.copyOf(steps);
  }

  /** Something that is no step. */
  public void say(String text) {
    out.println(text);
  }

  /** A round begins with so many turns. */
  public void begin(String what, int turns) {
    done = 0;
    total = turns;
    out.println(elapsed() + " " + what);
  }

  /** A turn has come to this. */
  public void turn(Iterable<Sample> samples) {
    done++;
    for (Sample sample : samples) {
      out.printf(
          "%s [%3d/%d] %-16s %-9s %s%n",
          elapsed(), done, total, sample.step(), sample.client(), result(sample));
    }
  }

  private String elapsed() {
    long seconds = (System.nanoTime() - startNanos) / 1_000_000_000;
    return "%2d:%02d".formatted(seconds / 60, seconds % 60);
  }

  private String result(Sample sample) {
    StepInfo step = steps.get(sample.step());
    if (step == null || sample.measurement() == null) {
      return sample.outcome() + ": " + sample.reason();
    }
    double value = step.unit().valueOf(sample.measurement());
    return String.format(Locale.ROOT, "%.4g %s", value, step.unit().symbol());
  }
}
