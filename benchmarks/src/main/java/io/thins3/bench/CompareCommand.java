package io.thins3.bench;

import io.thins3.bench.client.ClientSpec;
import io.thins3.bench.client.KnownClients;
import io.thins3.bench.compare.CompareOptions;
import io.thins3.bench.compare.Comparison;
import io.thins3.bench.process.Cleanup;
import io.thins3.bench.process.Interruption;
import io.thins3.bench.report.Summary;
import io.thins3.bench.report.TextTable;
import io.thins3.bench.result.RunFile;
import io.thins3.bench.server.Endpoint;
import io.thins3.bench.workload.Sizes;
import io.thins3.bench.workload.Workload;
import io.thins3.bench.workload.Workloads;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code scripts/bench compare}: mounts each client, runs the same work, reports ratios. */
@Command(
    name = "compare",
    description = "Runs the same work on a fresh mount of each installed client, in random order.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class CompareCommand implements Callable<Integer> {
  private static final Duration QUICK_BUDGET = Duration.ofMinutes(4);

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--clients",
      split = ",",
      paramLabel = "NAME",
      description = "Only these, in this order; the first is the one that is compared.")
  private @Nullable List<String> clients;

  @Option(
      names = "--quick",
      description = "Less work, fewer workloads, as many rounds as fit into four minutes.")
  private boolean quick;

  @Option(names = "--scale", hidden = true)
  private @Nullable String scale;

  @Option(names = "--rounds", paramLabel = "N", description = "Rounds (default 5; quick: 3).")
  private @Nullable Integer rounds;

  @Option(
      names = "--latency",
      split = ",",
      paramLabel = "MS",
      description =
          "Round trip added by a proxy before the server; several make several runs"
              + " (default 0; the standard set is 0,5,30).")
  private List<Integer> latencies = List.of(0);

  @Option(
      names = "--groups",
      split = ",",
      paramLabel = "GROUP",
      description = "Only these of mount, read, random, write, meta, small.")
  private @Nullable List<String> groups;

  @Option(
      names = "--workloads",
      split = ",",
      paramLabel = "ID",
      description = "Only these workloads; --workloads help lists them.")
  private @Nullable List<String> workloads;

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      description =
          "A server that runs already; keys from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, which"
              + " must allow creating a bucket, region from AWS_REGION (default: a MinIO of our"
              + " own).")
  private @Nullable URI endpoint;

  @Option(
      names = "--no-counting",
      negatable = true,
      description = "No extra pass through a proxy that counts requests.")
  private boolean counting = true;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "For all steps on one mount (default 300; quick: 60).")
  private @Nullable Integer timeout;

  @Option(names = "--seed", paramLabel = "N", description = "Of the order and the data.")
  private long seed = new Random().nextInt(1_000_000);

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Where results go (default benchmarks/results/DATE).")
  private @Nullable Path output;

  @Override
  public Integer call() throws Exception {
    Sizes sizes = Sizes.named(scale != null ? scale : quick ? "quick" : "full");
    if (workloads != null && workloads.contains("help")) {
      Workloads.all()
          .forEach(w -> w.steps(sizes).forEach(s -> System.out.println(w.id() + ": " + s.how())));
      return 0;
    }
    CompareOptions options = options(sizes);
    tryOutput(options.output());
    System.err.printf("seed %d, %s, results in %s%n", seed, sizes.name(), options.output());
    Path results;
    try (Cleanup cleanup = new Cleanup()) {
      results =
          Interruption.guard(cleanup, () -> new Comparison(options, cleanup, System.err).run());
    }
    Summary summary = new Summary(RunFile.read(results));
    System.out.print(new TextTable(summary).render());
    System.out.printf("%n%s%n%s%n", results, Drawing.draw(summary, options.output()));
    return 0;
  }

  /** Before anything is started: nobody wants to hear at the end that there is nowhere to write. */
  private void tryOutput(Path directory) throws IOException {
    if (Files.exists(directory.resolve("run.jsonl"))) {
      throw usage("--output: %s has the results of another run already".formatted(directory));
    }
    try {
      Files.createDirectories(directory);
      Files.delete(Files.createTempFile(directory, "try-", ""));
    } catch (FileSystemException e) {
      throw usage("--output: %s cannot be written to: %s".formatted(directory, e));
    }
  }

  private void checkNumbers() {
    atLeast("--rounds", 1, rounds);
    atLeast("--timeout", 1, timeout);
    latencies.forEach(latency -> atLeast("--latency", 0, latency));
    unique("--latency", latencies);
    unique("--clients", clients);
  }

  private void atLeast(String option, int least, @Nullable Integer given) {
    if (given != null && given < least) {
      throw usage("%s: %d is less than %d".formatted(option, given, least));
    }
  }

  private void unique(String option, @Nullable List<?> given) {
    if (given != null && Set.copyOf(given).size() < given.size()) {
      throw usage("%s: %s names something twice".formatted(option, given));
    }
  }

  private CompareOptions options(Sizes sizes) {
    checkNumbers();
    boolean small = quick || scale != null;
    return new CompareOptions(
        chosenClients(),
        chosenWorkloads(),
        sizes,
        rounds != null ? rounds : small ? 3 : 5,
        quick && rounds == null ? QUICK_BUDGET : Duration.ofDays(1),
        latencies,
        counting,
        Duration.ofSeconds(timeout != null ? timeout : small ? 60 : 300),
        seed,
        endpoint == null ? null : endpoint(endpoint),
        OutputDirectory.of(output),
        OutputDirectory.home().resolve("target/thins3"),
        spec.commandLine().getParseResult().originalArgs());
  }

  private List<ClientSpec> chosenClients() {
    Map<String, ClientSpec> known =
        KnownClients.all().stream()
            .collect(Collectors.toMap(ClientSpec::name, Function.identity()));
    if (clients == null) {
      return KnownClients.all();
    }
    return clients.stream()
        .map(
            name -> {
              ClientSpec client = known.get(name);
              if (client == null) {
                throw unknown("--clients", name, known.keySet().stream().sorted().toList());
              }
              return client;
            })
        .toList();
  }

  private List<Workload> chosenWorkloads() {
    List<Workload> all = Workloads.all();
    List<String> ids = all.stream().map(Workload::id).toList();
    List<String> known = all.stream().map(Workload::group).distinct().toList();
    check("--workloads", workloads, ids);
    check("--groups", groups, known);
    List<String> wantedGroups = groups;
    List<String> wantedIds = workloads;
    List<Workload> chosen =
        all.stream()
            .filter(w -> wantedGroups == null || wantedGroups.contains(w.group()))
            .filter(
                w -> wantedIds != null ? wantedIds.contains(w.id()) : !quick || Workloads.quick(w))
            .toList();
    if (chosen.isEmpty()) {
      throw usage(
          "--workloads %s and --groups %s have nothing in common".formatted(workloads, groups));
    }
    return chosen;
  }

  private void check(String option, @Nullable List<String> given, List<String> known) {
    for (String value : given == null ? List.<String>of() : given) {
      if (!known.contains(value)) {
        throw unknown(option, value, known);
      }
    }
  }

  private ParameterException unknown(String option, String value, List<String> known) {
    return usage("%s: '%s' is none of %s".formatted(option, value, known));
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Endpoint endpoint(URI uri) {
    try {
      return GivenServer.of(uri, System.getenv());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
