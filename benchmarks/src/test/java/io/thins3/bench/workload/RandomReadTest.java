package io.thins3.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RandomReadTest {
  private static final List<RandomRead> ALL =
      Workloads.all().stream()
          .filter(RandomRead.class::isInstance)
          .map(RandomRead.class::cast)
          .toList();

  /** Else the last readers find in a cache what the first have fetched. */
  @Test
  void reads_ofAllReaders_areAtMostAQuarterOfTheFile() {
    assertThat(ALL).hasSizeGreaterThan(5);
    for (Sizes sizes : List.of(Sizes.full(), Sizes.quick())) {
      assertThat(ALL)
          .allSatisfy(
              w ->
                  assertThat(w.reads(sizes) * w.blockBytes() * w.readers())
                      .isBetween(1L, sizes.largeBytes() / 4));
    }
  }

  @Test
  void reads_tinyFile_areAtLeastOneEach() {
    assertThat(ALL).allSatisfy(w -> assertThat(w.reads(Sizes.tiny())).isPositive());
  }

  /** Requests are counted for the whole work, however slow four turns at once are. */
  @Test
  void options_counting_haveNoTimeLimit() {
    RandomRead workload = new RandomRead("r", 4096, 8);

    assertThat(workload.options(Sizes.full(), Path.of("f"), "7", true))
        .contains("--number_ios=2048", "--randseed=7", "--numjobs=8")
        .noneMatch(option -> option.startsWith("--runtime"));
    assertThat(workload.options(Sizes.full(), Path.of("f"), "7", false)).contains("--runtime=15");
  }
}
