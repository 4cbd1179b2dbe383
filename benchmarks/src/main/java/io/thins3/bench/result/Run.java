package io.thins3.bench.result;

import java.util.List;

/** A run with all its samples, in the order in which they were taken. */
public record Run(RunInfo info, List<Sample> samples) {
  public Run {
    samples = List.copyOf(samples);
  }
}
