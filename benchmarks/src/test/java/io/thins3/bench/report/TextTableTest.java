package io.thins3.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.bench.result.Sample;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TextTableTest {
  private static String lineOf(String table, String title, String client) {
    return table
        .substring(table.indexOf(title))
        .lines()
        .filter(line -> line.startsWith("  " + client))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void render_twoClients_showsMediansSpreadRatioCostsAndRequests() {
    String table =
        new TextTable(
                new Samples("a", "b")
                    .reads("a", 1, 2, 4)
                    .reads("b", 4)
                    .counted(Samples.READ, "b", Map.of("get", 9L, "head", 1L))
                    .summary())
            .render();

    assertThat(lineOf(table, "read 1 GiB", "a"))
        .containsPattern("512\\* +256 \\.\\. 1,024 +2\\.00 s/GiB +1\\.00 s/GiB +100");
    assertThat(lineOf(table, "read 1 GiB", "b"))
        .containsPattern("256 +256 \\.\\. 256 +2\\.00x .* 9 get, 1 head");
  }

  @Test
  void render_failedRounds_showsHowManyAndWhy() {
    String table =
        new TextTable(
                new Samples("a", "b")
                    .lists("a", 1)
                    .failed(Samples.LIST, "a", 2, "took longer than 60 s")
                    .failed(Samples.LIST, "b", 1, "MOUNT: Read-only file system")
                    .summary())
            .render();

    assertThat(lineOf(table, "ls -l", "a"))
        .contains("1.00*")
        .endsWith("FAILED 1 of 2: took longer than 60 s");
    assertThat(lineOf(table, "ls -l", "b")).endsWith("FAILED 1 of 1: MOUNT: Read-only file system");
  }

  @Test
  void render_skippedRounds_areNotCalledFailed() {
    String table =
        new TextTable(
                new Samples("a").skipped(Samples.READ, "a", 1, "fio is not installed").summary())
            .render();

    assertThat(lineOf(table, "read 1 GiB", "a")).endsWith("SKIPPED 1 of 1: fio is not installed");
    assertThat(table).doesNotContain("FAILED");
  }

  @Test
  void render_objectsCompleteLater_showsTheWait() {
    String table = new TextTable(new Samples("a").writesLate("a", 3).summary()).render();

    assertThat(lineOf(table, "write 1 GiB", "a"))
        .containsPattern("256\\* .* 1\\.00 s/GiB +100 +3\\.00$");
  }

  @Test
  void render_requestsOfARate_areShownWithTheirWork() {
    String table =
        new TextTable(
                new Samples("a")
                    .randomReads("a", 1000, 2000)
                    .counted(Samples.RANDOM, "a", Map.of("get", 7L))
                    .failed(Samples.LIST, "a", Sample.COUNTING_ROUND, "no space")
                    .lists("a", 1)
                    .summary())
            .render();

    assertThat(lineOf(table, "random 4 KiB", "a")).endsWith("7 get for 7");
    assertThat(lineOf(table, "ls -l", "a")).endsWith("requests not counted: no space");
  }

  @Test
  void render_header_hasAllCircumstances() {
    String table = new TextTable(new Samples("a").reads("a", 1, 2).summary()).render();

    assertThat(table)
        .contains("scripts/bench compare --quick")
        .contains("seed 42")
        .contains("a CPU, 2 cores, 8192 MiB, Linux 6.1, Java 17, root")
        .contains("server: a server")
        .contains("tools: fio-3.33")
        .contains("a: 1.0: a {dir}")
        .contains("rounds: 2 of 3 at 0 ms");
  }
}
