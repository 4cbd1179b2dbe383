package io.thins3.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlotsTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @Test
  void draw_aRunWithGaps_writesEachPictureAsPngAndSvg() throws IOException {
    Summary summary =
        new Samples("a", "b")
            .reads("a", 1, 2)
            .reads("curl", 1)
            .lists("a", 0.01)
            .lists("b", 30)
            .failed(Samples.READ, "b", 1, "no")
            .randomReads("a", 100_000, 200_000, 300_000, 9_000_000)
            .summary();

    List<Path> files = new Plots(summary, directory.resolve("plots")).draw();

    assertThat(files.stream().map(file -> String.valueOf(file.getFileName())))
        .containsExactlyInAnyOrder(
            "0ms-read-mebibytes.png",
            "0ms-read-mebibytes.svg",
            "0ms-read-throughput.png",
            "0ms-read-throughput.svg",
            "0ms-random-median.png",
            "0ms-random-median.svg",
            "0ms-random-latency.png",
            "0ms-random-latency.svg",
            "0ms-meta-seconds.png",
            "0ms-meta-seconds.svg");
    for (Path file : files) {
      if (file.toString().endsWith(".png")) {
        assertThat(ImageIO.read(file.toFile()).getWidth()).isEqualTo(1100);
      } else {
        assertThat(Files.readString(file)).contains("<svg").contains("</svg>");
      }
    }
  }
}
