package io.thins3.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Every benchmark once, for a moment: that they work, not how fast. */
final class BenchmarksIT {
  @Test
  void run_eachBenchmarkForAMoment_noneFails() throws Exception {
    boolean fuse = Files.isWritable(Path.of("/dev/fuse"));
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("io\\.thins3\\.bench\\.jmh\\.")
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(50))
            .shouldFailOnError(true);
    if (!fuse) {
      System.out.println("FuseBenchmark not run: no /dev/fuse here");
      options.exclude("FuseBenchmark");
    }

    Collection<RunResult> results = new Runner(options.build()).run();

    assertThat(results)
        .hasSizeGreaterThan(fuse ? 20 : 12)
        .allSatisfy(
            result -> assertThat(result.getPrimaryResult().getScore()).isPositive().isFinite());
  }
}
