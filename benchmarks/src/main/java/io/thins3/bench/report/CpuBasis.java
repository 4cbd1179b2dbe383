package io.thins3.bench.report;

import io.thins3.bench.result.Measurement;
import io.thins3.bench.result.Unit;

/** What CPU seconds are divided by: bytes where a step is about bytes, operations elsewhere. */
public enum CpuBasis {
  /** CPU seconds per GiB. */
  GIBIBYTE("s/GiB"),
  /** CPU seconds per 1,000 operations. */
  THOUSAND_OPERATIONS("s/1k"),
  /** CPU seconds of the whole step. */
  STEP("s");

  private final String symbol;

  CpuBasis(String symbol) {
    this.symbol = symbol;
  }

  /** Printed behind a figure. */
  public String symbol() {
    return symbol;
  }

  /** The basis for a step: transfers by GiB, single acts as they are, the rest by operations. */
  public static CpuBasis of(Unit unit, long operations) {
    if (unit == Unit.MEBIBYTES_PER_SECOND) {
      return GIBIBYTE;
    }
    return operations == 1 ? STEP : THOUSAND_OPERATIONS;
  }

  /** CPU seconds on this basis. */
  public double scale(double cpuSeconds, Measurement measurement) {
    return switch (this) {
      case GIBIBYTE -> cpuSeconds / (measurement.bytes() / (double) (1L << 30));
      case THOUSAND_OPERATIONS -> cpuSeconds / (measurement.operations() / 1000.0);
      case STEP -> cpuSeconds;
    };
  }
}
