package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.Await;
import io.thins3.testing.S3Server;
import io.thins3.testing.Thins3Process;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGUSR1 shows what was counted. */
class ReportIT {
  private static final int SIZE = 3_000_000;

  private final S3Server server = S3Server.shared();

  @Test
  void sigusr1_afterReading_showsTheCountsInTheLog(@TempDir Path directory) throws Exception {
    String bucket = server.createBucket();
    server.put(bucket, "file", new byte[SIZE]);
    Path mount = Files.createDirectory(directory.toRealPath().resolve("mount"));
    try (Thins3Process thins3 =
        Thins3Process.start(
            mount,
            ReadSuite.keys(server),
            "mount",
            "-f",
            "--endpoint",
            server.endpoint().toString(),
            bucket,
            mount.toString())) {
      thins3.awaitMounted();
      assertThat(Files.readAllBytes(mount.resolve("file"))).hasSize(SIZE);

      thins3.signal("USR1");

      Await.until(
          "the last metric is in the log",
          Duration.ofSeconds(30),
          () -> thins3.output().contains("thins3_windows_shrunk_total"));
      assertThat(thins3.output())
          .containsPattern("thins3_fetched_bytes_total " + SIZE + "\\b")
          .containsPattern("thins3_read_served_bytes_total " + SIZE + "\\b")
          .containsPattern("thins3_store_requests_total\\{bucket=\"" + bucket + "\"} [1-9]");
      assertThat(Thins3Process.isMounted(mount)).as("still mounted").isTrue();
      assertThat(thins3.terminate()).isZero();
    }
  }
}
