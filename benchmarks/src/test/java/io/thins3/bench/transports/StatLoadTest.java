package io.thins3.bench.transports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.bench.workload.Work;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StatLoadTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @Test
  void run_someClients_countsEachStatAndItsTime() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));

    Work work = new StatLoad(List.of(file), 3).run(Duration.ofMillis(50));

    assertThat(work.operations()).isGreaterThanOrEqualTo(3);
    assertThat(Objects.requireNonNull(work.latencies()).count()).isEqualTo(work.operations());
    assertThat(work.ownSeconds()).isGreaterThanOrEqualTo(0.05);
  }

  @Test
  void run_fileThatIsNotThere_fails() {
    StatLoad load = new StatLoad(List.of(directory.resolve("absent")), 2);

    assertThatThrownBy(() -> load.run(Duration.ofSeconds(60)))
        .isInstanceOf(NoSuchFileException.class);
  }
}
