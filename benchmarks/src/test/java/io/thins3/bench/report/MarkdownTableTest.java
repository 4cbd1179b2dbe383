package io.thins3.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class MarkdownTableTest {
  @Test
  void render_clientsAndReference_isARowAStep() {
    String table =
        new MarkdownTable(
                new Samples("a", "b")
                    .reads("a", 1)
                    .reads("b", 2)
                    .reads("curl", 0.5)
                    .lists("a", 1)
                    .failed(Samples.LIST, "b", 1, "no")
                    .skipped(Samples.LIST, "curl", 1, "later")
                    .writesLate("a", 3)
                    .counted(Samples.READ, "a", Map.of("get", 9L))
                    .summary())
            .render();

    assertThat(table)
        .contains("| work | a | b | curl |")
        .contains(
            "| read 1 GiB, MiB/s | 1,024, 1,024 .. 1,024, n 1 |"
                + " 512 (2.00x), 512 .. 512, n 1 | 2,048 (0.50x), 2,048 .. 2,048, n 1 |")
        .contains("| ls -l of 1,000, s | 1.00, 1.00 .. 1.00, n 1 | failed † | skipped † |")
        .contains("| read 1 GiB, MiB/s | 2.00 + 1.00 s/GiB, 100 MiB | 2.00 + 1.00 s/GiB, 100 MiB |")
        .contains("| write 1 GiB, MiB/s | 2.00 + 1.00 s/GiB, 100 MiB, 3.00 s wait |")
        .contains("| read 1 GiB, MiB/s | 9 get |  |  |")
        .contains("* b, ls -l of 1,000, 0 ms: failed 1, skipped 0 of 1: no")
        .contains("* 2026-11-23T12:00:00Z, quick, seed 42: scripts/bench compare --quick")
        .contains("* b: 1.0: b {dir}")
        .contains("* rounds: 1 of 3 at 0 ms");
  }
}
