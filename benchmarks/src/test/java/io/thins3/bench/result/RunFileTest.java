package io.thins3.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.bench.result.Sample.Outcome;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunFileTest {
  private static final RunInfo INFO =
      new RunInfo(
          "2026-11-23T12:00:00Z",
          List.of("compare"),
          "tiny",
          7,
          2,
          "server",
          new MachineInfo("cpu", 2, 1, "Linux", "17", false),
          List.of("fio-3.33"),
          List.of(new ClientInfo("s3fs", "1.90", "s3fs {bucket} {dir}")),
          List.of(new StepInfo("tar", "small", "tar of it", "tar", Unit.SECONDS)));
  private static final Sample GOOD =
      new Sample(
          30,
          1,
          "tar",
          "s3fs",
          Outcome.OK,
          null,
          new Measurement(1, 2, 3, 4, LatencyDistribution.of(new long[] {5, 6})),
          new Cost(0.5, 0.25, 1L << 20),
          new Traffic(Map.of("get", 4L), 10, 1000),
          0.125);
  private static final Sample BAD =
      new Sample(30, 2, "tar", "s3fs", Outcome.FAILED, "no", null, null, null, null);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  private Path write() throws IOException {
    Path file = directory.resolve("run.jsonl");
    try (RunFile run = RunFile.create(file, INFO)) {
      run.add(GOOD);
      run.add(BAD);
    }
    return file;
  }

  @Test
  void read_whatWasWritten_isTheSame() throws IOException {
    assertThat(RunFile.read(write())).isEqualTo(new Run(INFO, List.of(GOOD, BAD)));
  }

  @Test
  void add_eachLine_isOneJsonObject() throws IOException {
    assertThat(Files.readAllLines(write()))
        .hasSize(3)
        .allMatch(line -> line.startsWith("{\"type\":") && line.endsWith("}"));
  }

  @Test
  void create_fileThatIsThere_isRefusedAndKept() throws IOException {
    Path file = write();
    String before = Files.readString(file);

    assertThatThrownBy(() -> RunFile.create(file, INFO))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(file).hasContent(before);
  }

  /** What a run that was killed had begun to write. */
  @Test
  void read_lastLineWithoutItsEnd_isLeftOut() throws IOException {
    Path file = write();
    Files.writeString(file, "{\"type\":\"sample\",\"lat", StandardOpenOption.APPEND);

    assertThat(RunFile.read(file)).isEqualTo(new Run(INFO, List.of(GOOD, BAD)));
  }

  @Test
  void read_brokenLine_namesFileAndLine() throws IOException {
    Path file = write();
    Files.writeString(file, "{\"type\":\"sample\",\"lat\n", StandardOpenOption.APPEND);

    assertThatThrownBy(() -> RunFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file + ":4: not a line of a run");
  }

  @Test
  void read_otherJson_isRefused() throws IOException {
    Path file = directory.resolve("other");
    Files.writeString(file, "");

    assertThatThrownBy(() -> RunFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no line of type 'run'");
  }
}
