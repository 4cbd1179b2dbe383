package io.thins3.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final Metrics metrics = new Metrics();

  @Test
  void lines_valuesThatChange_areThoseOfTheMoment() {
    AtomicLong value = new AtomicLong(3_000_000_000L);
    metrics.counter("thins3_bytes", "bytes", value::get);
    metrics.gauge("thins3_limit", "a limit", () -> -7);
    assertThat(metrics.lines()).containsExactly("thins3_bytes_total 3000000000", "thins3_limit -7");
    value.incrementAndGet();
    assertThat(metrics.lines()).contains("thins3_bytes_total 3000000001");
  }

  @Test
  void lines_labels_haveANumberEach() {
    metrics.counters(
        "thins3_requests", "requests", "bucket", Map.of("a", () -> 1, "b\"\n", () -> 2));
    metrics.gauges("thins3_connections", "open", "bucket", Map.of("a", () -> 5));
    assertThat(metrics.lines())
        .containsExactly(
            "thins3_connections{bucket=\"a\"} 5",
            "thins3_requests_total{bucket=\"a\"} 1",
            "thins3_requests_total{bucket=\"b\\\"\\n\"} 2");
  }

  @Test
  void text_isPrometheusFormat() {
    metrics.counter("thins3_reads", "READs that were answered", () -> 2);
    assertThat(metrics.text())
        .contains("# HELP thins3_reads_total READs that were answered\n")
        .contains("# TYPE thins3_reads_total counter\n")
        .endsWith("thins3_reads_total 2.0\n");
  }

  @Test
  void counter_nameTwice_isRefused() {
    metrics.counter("thins3_reads", "reads", () -> 2);
    assertThatThrownBy(() -> metrics.counter("thins3_reads", "others", () -> 2))
        .isInstanceOf(IllegalStateException.class);
  }
}
