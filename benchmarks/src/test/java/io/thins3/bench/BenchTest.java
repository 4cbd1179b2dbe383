package io.thins3.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong on a command line is said before anything is started. */
final class BenchTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  private final StringWriter errors = new StringWriter();

  private int run(String... arguments) {
    return Bench.run(new PrintWriter(errors, true), arguments);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--latency -5 | --latency: -5 is less than 0",
        "--latency 0,5,5 | names something twice",
        "--rounds 0 | --rounds: 0 is less than 1",
        "--timeout 0 | --timeout: 0 is less than 1",
        "--clients s3fs,s3fs | names something twice",
        "--clients s4fs | 's4fs' is none of",
        "--groups read --workloads tar | have nothing in common",
        "--workloads nothing | 'nothing' is none of",
        "--endpoint localhost:9000 | is no address like http://localhost:9000",
      })
  void compare_wrongOption_isAUsageErrorThatNamesIt(String options, String message) {
    List<String> arguments = new ArrayList<>(List.of("compare", "--output", directory + "/out"));
    arguments.addAll(Arrays.asList(options.split(" ", -1)));

    assertThat(run(arguments.toArray(String[]::new))).isEqualTo(2);
    assertThat(errors.toString()).contains(message);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void compare_outputWithResults_isNotOverwritten() throws IOException {
    Files.writeString(directory.resolve("run.jsonl"), "precious");

    assertThat(run("compare", "--output", directory.toString())).isEqualTo(2);
    assertThat(errors.toString()).contains("has the results of another run already");
    assertThat(directory.resolve("run.jsonl")).hasContent("precious");
  }

  @Test
  void compare_outputThatCannotBeWritten_isSaidAtOnce() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");

    assertThat(run("compare", "--output", file + "/below")).isEqualTo(2);
    assertThat(errors.toString()).contains("cannot be written to");
  }
}
