package io.thins3.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thins3.bench.process.Cleanup;
import io.thins3.bench.process.Commands;
import io.thins3.bench.result.LatencyDistribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FioTest {
  private static JsonNode report(int error) throws IOException {
    return new ObjectMapper()
        .readTree(
            """
            {"fio version": "fio-3.33", "jobs": [{"jobname": "random", "error": %d,
              "read": {"io_bytes": 16384, "runtime": 250, "total_ios": 4,
                "clat_ns": {"min": 9, "bins": {"100": 3, "900": 1}}},
              "write": {"io_bytes": 0}}]}
            """
                .formatted(error));
  }

  @Test
  void parse_report_takesFiosOwnClockAndHistogram() throws IOException {
    Work work = Fio.parse(report(0));

    assertThat(work.bytes()).isEqualTo(16384);
    assertThat(work.operations()).isEqualTo(4);
    assertThat(work.ownSeconds()).isEqualTo(0.25);
    assertThat(work.latencies()).isEqualTo(LatencyDistribution.of(new long[] {100, 900, 100, 100}));
  }

  @Test
  void parse_jobError_isAFailure() {
    assertThatThrownBy(() -> Fio.parse(report(5)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("job error 5");
  }

  /** group_reporting: several jobs come as one, with the longest time and all their reads. */
  @Test
  void run_severalJobs_areSummedUp(@TempDir Path directory) throws Exception {
    assumeTrue(Commands.find("fio").isPresent(), "no fio here: apt-get install fio");
    Path one = Files.write(directory.resolve("one"), new byte[256 << 10]);
    Path two = Files.write(directory.resolve("two"), new byte[256 << 10]);
    List<String> options = new ArrayList<>(List.of("--rw=read", "--bs=65536", "--size=256k"));
    options.addAll(Fio.job("first", one));
    options.addAll(Fio.job("second", two));

    Work work = Fio.run(new Commands(new Cleanup()), options);

    assertThat(work.bytes()).isEqualTo(512 << 10);
    assertThat(work.operations()).isEqualTo(8);
    assertThat(Objects.requireNonNull(work.latencies()).count()).isEqualTo(8);
  }

  @Test
  void job_fileWithColon_isEscaped() {
    assertThat(Fio.job("x", Path.of("/a:b"))).containsExactly("--name=x", "--filename=/a\\:b");
  }
}
