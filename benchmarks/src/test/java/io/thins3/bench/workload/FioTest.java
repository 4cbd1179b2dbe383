package io.thins3.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thins3.bench.result.LatencyDistribution;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

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

  @Test
  void job_fileWithColon_isEscaped() {
    assertThat(Fio.job("x", Path.of("/a:b"))).containsExactly("--name=x", "--filename=/a\\:b");
  }
}
