package io.thins3.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/TROUBLESHOOTING.md lists the exit codes. */
final class TroubleshootingPageTest {
  private static final Path PAGE = Path.of("docs/TROUBLESHOOTING.md");
  private static final String HEADER = "| Code | Name | Meaning | What to do |";

  @Test
  void page_exitCodes_areThose() throws Exception {
    List<String> rows = ConfigurationPageTest.tableBelow(Files.readAllLines(PAGE), HEADER);
    assertThat(rows).allMatch(row -> row.matches("\\| \\d+ \\| [A-Z_]+ \\| .{10,} \\| .+ \\|"));
    assertThat(rows.stream().map(row -> row.replaceAll("^(\\| \\d+ \\| [A-Z_]+) .*", "$1")))
        .containsExactlyElementsOf(
            Arrays.stream(ExitCode.values())
                .map(code -> "| " + code.code() + " | " + code.name())
                .toList());
  }
}
