package io.thins3.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/TRANSPORTS.md tells the truth about which transport runs which tests. */
class TransportsPageTest {
  private static final Path PAGE = Path.of("docs/TRANSPORTS.md");
  private static final Path SOURCES = Path.of("src/test/java");
  private static final String HEADER = "| Contract | What it holds | linux | libfuse |";

  private static Set<String> contractsOf(String test) throws Exception {
    return Arrays.stream(Class.forName(test).getDeclaredClasses())
        .map(nested -> nested.getSuperclass().getSimpleName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> classesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java"))
          .map(name -> name.substring(0, name.length() - ".java".length()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void contracts_table_isWhatTheTransportsExtend() throws Exception {
    List<String> lines = Files.readAllLines(PAGE);
    List<String[]> rows =
        lines.stream()
            .skip(lines.indexOf(HEADER) + 2L)
            .takeWhile(line -> line.startsWith("|"))
            .map(line -> line.split("\\s*\\|\\s*", -1))
            .toList();
    assertThat(rows).isNotEmpty();
    assertThat(names(rows, "`LinuxTransportIT`", 3))
        .isEqualTo(contractsOf("io.thins3.fuse.linux.LinuxTransportIT"));
    assertThat(names(rows, "`LibfuseTransportIT`", 4))
        .isEqualTo(contractsOf("io.thins3.fuse.libfuse.LibfuseTransportIT"));
    Set<String> contracts =
        classesIn(SOURCES.resolve("io/thins3/fuse")).stream()
            .filter(name -> name.endsWith("Contract") && !name.equals("MountedContract"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(rows.stream().map(row -> row[1].replace("`", "")))
        .as("every contract is in the table")
        .containsExactlyInAnyOrderElementsOf(contracts);
  }

  private static Set<String> names(List<String[]> rows, String test, int column) {
    return rows.stream()
        .filter(row -> row[column].equals(test))
        .map(row -> row[1].replace("`", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void testClasses_onThePage_exist() throws Exception {
    Matcher mentioned =
        Pattern.compile("`([A-Z][A-Za-z]+(?:IT|Test|Contract))`").matcher(Files.readString(PAGE));
    Set<String> names = new TreeSet<>();
    while (mentioned.find()) {
      names.add(mentioned.group(1));
    }
    assertThat(classesIn(SOURCES)).containsAll(names);
    Set<String> ofLinux =
        classesIn(SOURCES.resolve("io/thins3/fuse/linux")).stream()
            .filter(name -> name.endsWith("IT"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(names).as("every test on a mount of its own").containsAll(ofLinux);
  }
}
