package io.thins3.cli;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.fs.SiblingCounts;
import io.thins3.fuse.NodeCounts;
import io.thins3.memory.MemoryBudget;
import io.thins3.meta.TreeCounts;
import io.thins3.read.ReadEngine;
import io.thins3.store.StoreCounts;
import io.thins3.write.WriteCounts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/METRICS.md has a row for each metric, and none besides. */
class MetricsPageTest {
  private static Report report() {
    MemoryBudget budget = new MemoryBudget(64 << 20, System::nanoTime, Runnable::run);
    ReadEngine engine =
        new ReadEngine(budget, (delay, action) -> {}, System::nanoTime, Duration.ofSeconds(1));
    return new Report(
        engine::counts,
        engine::windows,
        budget::counts,
        () -> new SiblingCounts(0, 0, 0, 0, 0, 0, 0),
        () -> new TreeCounts(1, 2, 0, 0, 0, 0, 3, 4, 5),
        () -> new NodeCounts(6, 8),
        () -> WriteCounts.NONE,
        Map.of("b", () -> new StoreCounts(7, 0, 0, 64, 0, 0, 2)));
  }

  private static Set<String> all(String regex, String text) {
    return Pattern.compile(regex, Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(toCollection(TreeSet::new));
  }

  @Test
  void page_rows_areTheMetrics() throws Exception {
    Set<String> metrics = all("^# TYPE (\\S+) ", report().metrics().text());
    Set<String> rows =
        all("^\\| `(thins3_\\S+)` \\|", Files.readString(Path.of("docs/METRICS.md")));

    assertThat(metrics).isNotEmpty();
    assertThat(rows).isEqualTo(metrics);
  }

  /** Rows after an empty line are shown as text with bars in it. */
  @Test
  void page_rows_followATablesHead() throws Exception {
    List<String> lines = Files.readAllLines(Path.of("docs/METRICS.md"));
    for (int i = 0; i < lines.size(); i++) {
      boolean isRow = lines.get(i).startsWith("|");
      if (isRow && !lines.get(i - 1).startsWith("|")) {
        assertThat(lines.get(i + 1))
            .as("below line %d: %s", i + 1, lines.get(i))
            .startsWith("|---");
      }
    }
  }

  @Test
  void metrics_values_areThoseOfTheParts() {
    assertThat(report().metrics().lines())
        .contains(
            "thins3_memory_limit_bytes " + (64 << 20),
            "thins3_store_requests_total{bucket=\"b\"} 7",
            "thins3_store_concurrency_limit{bucket=\"b\"} 64",
            "thins3_hidden_keys_total 3",
            "thins3_lookups_asked_total 2",
            "thins3_metadata_lookup_bytes 5",
            "thins3_reads_total 0");
  }
}
