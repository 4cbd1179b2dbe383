package io.thins3.bench.result;

/** What a step's figure is counted in, and whether more of it is better. */
public enum Unit {
  /** Bytes moved per second of the step. */
  MEBIBYTES_PER_SECOND("MiB/s", true),
  /** Operations per second of the step. */
  OPERATIONS_PER_SECOND("ops/s", true),
  /** Duration of the step. */
  SECONDS("s", false),
  /** Median duration of one operation of the step. */
  MEDIAN_MILLISECONDS("ms p50", false),
  /** 99th percentile of the durations of single operations of the step. */
  P99_MILLISECONDS("ms p99", false);

  private final String symbol;
  private final boolean moreIsBetter;

  Unit(String symbol, boolean moreIsBetter) {
    this.symbol = symbol;
    this.moreIsBetter = moreIsBetter;
  }

  /** The symbol printed behind a figure. */
  public String symbol() {
    return symbol;
  }

  /** Whether a larger figure is the better one. */
  public boolean moreIsBetter() {
    return moreIsBetter;
  }

  /**
   * The figure of a measurement in this unit.
   *
   * @throws IllegalArgumentException when the measurement lacks what the unit needs
   */
  public double valueOf(Measurement measurement) {
    return switch (this) {
      case MEBIBYTES_PER_SECOND ->
          measurement.bytes() / (double) (1 << 20) / measurement.doneSeconds();
      case OPERATIONS_PER_SECOND -> measurement.operations() / measurement.doneSeconds();
      case SECONDS -> measurement.doneSeconds();
      case MEDIAN_MILLISECONDS -> milliseconds(measurement, 0.5);
      case P99_MILLISECONDS -> milliseconds(measurement, 0.99);
    };
  }

  private static double milliseconds(Measurement measurement, double quantile) {
    LatencyDistribution latencies = measurement.latencies();
    if (latencies == null) {
      throw new IllegalArgumentException("no latencies in " + measurement);
    }
    return latencies.quantile(quantile) / 1e6;
  }
}
