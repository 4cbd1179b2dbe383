package io.thins3.bench;

import io.thins3.bench.process.Cleanup;
import io.thins3.bench.process.Interruption;
import io.thins3.bench.report.Summary;
import io.thins3.bench.report.TextTable;
import io.thins3.bench.result.RunFile;
import io.thins3.bench.transports.Amounts;
import io.thins3.bench.transports.Targets;
import io.thins3.bench.transports.Tasks;
import io.thins3.bench.transports.TransportsOptions;
import io.thins3.bench.transports.TransportsRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code scripts/bench transports}: both transports and stock jnr-fuse on one file system. */
@Command(
    name = "transports",
    description = "Measures the transports beside stock jnr-fuse on one file system in memory.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class TransportsCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(names = "--quick", description = "Less work, three rounds: less than ten minutes.")
  private boolean quick;

  @Option(names = "--scale", hidden = true)
  private @Nullable String scale;

  @Option(names = "--rounds", paramLabel = "N", description = "Rounds (default 5; quick: 3).")
  private @Nullable Integer rounds;

  @Option(
      names = "--steps",
      split = ",",
      paramLabel = "ID",
      description = "Only these of read-late, read-warm, read-direct, ls, stat-16, stat-64.")
  private List<String> steps = List.of();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "For all that is done on one mount (default 120).")
  private int timeout = 120;

  @Option(names = "--seed", paramLabel = "N", description = "Of the order.")
  private long seed = new Random().nextInt(1_000_000);

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Where results go (default benchmarks/results/DATE).")
  private @Nullable Path output;

  @Override
  public Integer call() throws Exception {
    for (String step : steps) {
      if (!Tasks.ids().contains(step)) {
        throw new ParameterException(
            spec.commandLine(), "--steps: '%s' is none of %s".formatted(step, Tasks.ids()));
      }
    }
    TransportsOptions options =
        new TransportsOptions(
            Amounts.named(scale != null ? scale : quick ? "quick" : "full"),
            steps,
            rounds != null ? rounds : quick || scale != null ? 3 : 5,
            Duration.ofSeconds(timeout),
            seed,
            OutputDirectory.of(output),
            spec.commandLine().getParseResult().originalArgs());
    System.err.printf(
        "seed %d, %s, results in %s%n", seed, options.amounts().name(), options.output());
    Path results;
    try (Cleanup cleanup = new Cleanup()) {
      results =
          Interruption.guard(cleanup, () -> new TransportsRun(options, cleanup, System.err).run());
    }
    Summary summary = new Summary(RunFile.read(results));
    System.out.print(new TextTable(summary).render());
    System.out.printf("%n%s%n%s%n", new Targets(summary).render(), results);
    return 0;
  }
}
