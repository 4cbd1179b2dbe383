package io.thins3.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

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
                    .summary())
            .render();

    assertThat(table)
        .contains("| work | a | b | curl |")
        .contains("| read 1 GiB, MiB/s | 1,024 | 512 (2.00x) | 2,048 (0.50x) |")
        .contains("| ls -l of 1,000, s | 1.00 | failed † |  |")
        .contains("| read 1 GiB, MiB/s | 2.00 s/GiB, 100 MiB | 2.00 s/GiB, 100 MiB |")
        .contains("* b, ls -l of 1,000, 0 ms: 1 of 1: no");
  }
}
