package io.thins3.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/CONFIGURATION.md lists the registry's options, and each exactly as it is. */
final class ConfigurationPageTest {
  private static final Path PAGE = Path.of("docs/CONFIGURATION.md");
  private static final String HEADER =
      "| Option | Value | Scope | Given in | Default | Other names | Meaning |";

  @Test
  void page_table_isTheRegistry() throws Exception {
    List<String> expected = Options.all().stream().map(ConfigurationPageTest::row).toList();
    assertThat(tableBelow(Files.readAllLines(PAGE), HEADER))
        .as("the table of %s; it should be:%n%s", PAGE, String.join("\n", expected))
        .containsExactlyElementsOf(expected);
  }

  @Test
  void page_mountOptionsAsKeys_areTheRegistrys() throws Exception {
    assertThat(Files.readString(PAGE))
        .contains(
            KernelOptions.NAMES.stream()
                .map(name -> "`" + name + "`")
                .collect(Collectors.joining(", ")));
  }

  static List<String> tableBelow(List<String> lines, String header) {
    int start = lines.indexOf(header);
    assertThat(start).as("line of '%s'", header).isNotNegative();
    return lines.stream().skip(start + 2L).takeWhile(line -> line.startsWith("|")).toList();
  }

  private static String row(Option<?> option) {
    List<String> cells = new ArrayList<>();
    String letter = option.shortName() == null ? "" : ", `-" + option.shortName() + "`";
    cells.add("`" + option.name() + "`" + letter);
    cells.add(option.type().isFlag() ? "flag" : option.type().placeholder());
    cells.add(option.scope().word());
    cells.add(sources(option));
    cells.add(option.defaultText());
    cells.add(
        option.aliases().stream()
            .map(ConfigurationPageTest::alias)
            .collect(Collectors.joining(", ")));
    cells.add(option.description());
    return cells.stream()
        .map(cell -> cell.isEmpty() ? " " : " " + cell.replace("|", "\\|") + " ")
        .collect(Collectors.joining("|", "|", "|"));
  }

  private static String alias(Option.Alias alias) {
    String name = "`" + (alias.onCommandLine() ? "--" : "") + alias.name() + "`";
    return alias.opposite() ? name + " (the opposite)" : name;
  }

  private static String sources(Option<?> option) {
    List<String> words = new ArrayList<>();
    add(words, option, OptionSource.MOUNT_COMMAND, "mount");
    add(words, option, OptionSource.FLUID_COMMAND, "fluid");
    add(words, option, OptionSource.ENVIRONMENT, "environment");
    add(words, option, OptionSource.OPTION_MAP, "Dataset");
    return words.size() == OptionSource.values().length ? "all" : String.join(", ", words);
  }

  private static void add(List<String> words, Option<?> option, OptionSource source, String word) {
    if (option.isAcceptedFrom(source)) {
      words.add(word);
    }
  }
}
