package io.thins3.bench;

import io.thins3.bench.client.ClientSpec;
import io.thins3.bench.client.KnownClients;
import io.thins3.bench.compare.CompareOptions;
import io.thins3.bench.compare.Comparison;
import io.thins3.bench.process.Cleanup;
import io.thins3.bench.report.Summary;
import io.thins3.bench.report.TextTable;
import io.thins3.bench.result.RunFile;
import io.thins3.bench.server.Endpoint;
import io.thins3.bench.workload.Sizes;
import io.thins3.bench.workload.Workload;
import io.thins3.bench.workload.Workloads;
import io.thins3.config.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
              + " must allow creating a bucket (default: a MinIO of our own).")
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
    System.err.printf("seed %d, %s, results in %s%n", seed, sizes.name(), options.output());
    Path results;
    try (Cleanup cleanup = new Cleanup()) {
      // Signals end in the hook; it waits for nobody's permission to take everything down.
      Thread hook = new Thread(cleanup::close, "cleanup");
      Runtime.getRuntime().addShutdownHook(hook);
      results = new Comparison(options, cleanup, System.err).run();
    }
    Summary summary = new Summary(RunFile.read(results));
    System.out.print(new TextTable(summary).render());
    System.out.printf("%n%s%n%s%n", results, Drawing.draw(summary, options.output()));
    return 0;
  }

  private CompareOptions options(Sizes sizes) {
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
                throw usage("--clients", name, known.keySet().stream().sorted().toList());
              }
              return client;
            })
        .toList();
  }

  private List<Workload> chosenWorkloads() {
    List<Workload> all = Workloads.all();
    List<String> ids = all.stream().map(Workload::id).toList();
    List<String> known =
        all.stream().map(w -> w.steps(Sizes.tiny()).get(0).group()).distinct().toList();
    check("--workloads", workloads, ids);
    check("--groups", groups, known);
    List<String> wantedGroups = groups;
    List<String> wantedIds = workloads;
    return all.stream()
        .filter(
            w ->
                wantedGroups == null || wantedGroups.contains(w.steps(Sizes.tiny()).get(0).group()))
        .filter(w -> wantedIds != null ? wantedIds.contains(w.id()) : !quick || Workloads.quick(w))
        .toList();
  }

  private void check(String option, @Nullable List<String> given, List<String> known) {
    for (String value : given == null ? List.<String>of() : given) {
      if (!known.contains(value)) {
        throw usage(option, value, known);
      }
    }
  }

  private ParameterException usage(String option, String value, List<String> known) {
    return new ParameterException(
        spec.commandLine(), "%s: '%s' is none of %s".formatted(option, value, known));
  }

  private Endpoint endpoint(URI uri) {
    String accessKey = System.getenv("AWS_ACCESS_KEY_ID");
    String secretKey = System.getenv("AWS_SECRET_ACCESS_KEY");
    if (accessKey == null || secretKey == null) {
      throw new ParameterException(
          spec.commandLine(),
          "--endpoint needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment");
    }
    String region = System.getenv("AWS_REGION");
    return new Endpoint(
        uri, region == null ? "us-east-1" : region, accessKey, Secret.of(secretKey));
  }
}
