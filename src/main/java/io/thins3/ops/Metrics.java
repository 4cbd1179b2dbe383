package io.thins3.ops;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What the process counts, under the names of docs/METRICS.md. Values are read when somebody asks;
 * who counts knows nothing of this. Exact up to 2^53. Thread-safe.
 */
public final class Metrics {
  private final PrometheusRegistry registry = new PrometheusRegistry();

  /**
   * Adds a number that only grows.
   *
   * @param name as Prometheus writes it, without its suffix {@code _total}
   * @param help what is counted, in a few words
   * @param value gives it
   * @throws IllegalStateException when the name is taken
   * @throws IllegalArgumentException when it is no name
   */
  public void counter(String name, String help, LongSupplier value) {
    var unused =
        CounterWithCallback.builder()
            .name(name)
            .help(help)
            .callback(sample -> sample.call((double) value.getAsLong()))
            .register(registry);
  }

  /** The same, a number for each value of a label. */
  public void counters(String name, String help, String label, Map<String, LongSupplier> values) {
    var unused =
        CounterWithCallback.builder()
            .name(name)
            .help(help)
            .labelNames(label)
            .callback(
                sample ->
                    values.forEach((of, value) -> sample.call((double) value.getAsLong(), of)))
            .register(registry);
  }

  /** Adds a number that goes up and down. */
  public void gauge(String name, String help, LongSupplier value) {
    var unused =
        GaugeWithCallback.builder()
            .name(name)
            .help(help)
            .callback(sample -> sample.call((double) value.getAsLong()))
            .register(registry);
  }

  /** The same, a number for each value of a label. */
  public void gauges(String name, String help, String label, Map<String, LongSupplier> values) {
    var unused =
        GaugeWithCallback.builder()
            .name(name)
            .help(help)
            .labelNames(label)
            .callback(
                sample ->
                    values.forEach((of, value) -> sample.call((double) value.getAsLong(), of)))
            .register(registry);
  }

  /** All of it in Prometheus' text format. */
  public String text() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(out, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException("of bytes in memory", e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The values alone, a line each: {@code thins3_reads_total 42}. */
  public List<String> lines() {
    return text().lines().filter(line -> !line.startsWith("#")).map(Metrics::whole).toList();
  }

  /** Numbers are written as floating-point ones; ours are whole. */
  private static String whole(String line) {
    int space = line.lastIndexOf(' ');
    double value = Double.parseDouble(line.substring(space + 1));
    return line.substring(0, space + 1) + (long) value;
  }
}
