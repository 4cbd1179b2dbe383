package io.thins3.bench.compare;

import io.thins3.bench.client.ClientSearch;
import io.thins3.bench.client.ClientSpec;
import io.thins3.bench.client.InstalledClient;
import io.thins3.bench.client.Mounter;
import io.thins3.bench.measure.KernelCaches;
import io.thins3.bench.measure.Machine;
import io.thins3.bench.process.Cleanup;
import io.thins3.bench.process.Commands;
import io.thins3.bench.process.Directories;
import io.thins3.bench.result.RunFile;
import io.thins3.bench.result.RunInfo;
import io.thins3.bench.result.Sample;
import io.thins3.bench.result.StepInfo;
import io.thins3.bench.server.Bucket;
import io.thins3.bench.server.Content;
import io.thins3.bench.server.DataDirectory;
import io.thins3.bench.server.Proxy;
import io.thins3.bench.workload.DataSet;
import io.thins3.bench.workload.DataSets;
import io.thins3.bench.workload.Layout;
import io.thins3.bench.workload.Workload;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A comparison from start to end: search, server, data, rounds, counting pass. */
public final class Comparison {
  private static final String PREFIX = "thins3-bench-";
  private static final int COUNTED_AT_ONCE = 4;

  private final CompareOptions options;
  private final Cleanup cleanup;
  private final Commands commands;
  private final Progress progress;
  private final List<StepInfo> steps;
  private final long startNanos = System.nanoTime();

  /**
   * A comparison.
   *
   * @param cleanup closed by the caller, whatever happens
   * @param out for the header and the progress
   */
  public Comparison(CompareOptions options, Cleanup cleanup, PrintStream out) {
    this.options = options;
    this.cleanup = cleanup;
    this.commands = new Commands(cleanup);
    this.steps =
        options.workloads().stream().flatMap(w -> w.steps(options.sizes()).stream()).toList();
    this.progress =
        new Progress(
            out, steps.stream().collect(Collectors.toMap(StepInfo::id, Function.identity())));
  }

  /**
   * Runs it.
   *
   * @return the file of results
   * @throws IOException when the server or the data cannot be had, or no client is installed; the
   *     message is for the user
   */
  public Path run() throws Exception {
    List<InstalledClient> clients = findClients();
    steps.forEach(step -> progress.say("%-16s %s".formatted(step.id(), step.how())));
    Path work = temporaryDirectory();
    DataDirectory data = dataDirectory();
    Server server = new ServerChoice(cleanup, commands).choose(options.endpoint(), data, work);
    boolean curl = Commands.find("curl").isPresent();
    if (!curl) {
      progress.say("curl is not installed (apt-get install curl): no reference lines");
    }
    Bucket bucket = bucket(server);
    Setting setting = setting(server, bucket, data.path());
    prepareData(setting.dataSets(), curl);
    Files.createDirectories(options.output());
    Path file = options.output().resolve("run.jsonl");
    RunInfo info = new Description(commands).describe(options, server, clients, steps);
    try (RunFile results = RunFile.create(file, info)) {
      TurnRunner runner = new TurnRunner(setting, new Mounter(cleanup, work, Machine.isRoot()));
      for (int latency : options.latenciesMillis()) {
        Schedule schedule = new Schedule(options.workloads(), clients, curl, options.seed());
        runRounds(latency, schedule, runner, server, results);
      }
    }
    return file;
  }

  private List<InstalledClient> findClients() throws IOException, InterruptedException {
    ClientSearch.Found found =
        new ClientSearch(commands, options.distribution()).find(options.clients());
    for (InstalledClient client : found.installed()) {
      progress.say("%-9s %s".formatted(client.name(), client.version()));
      progress.say("          " + client.spec().commandLine());
    }
    for (ClientSpec client : found.missing()) {
      progress.say("%-9s not installed: %s".formatted(client.name(), client.install()));
    }
    if (found.installed().isEmpty()) {
      throw new IOException("none of the clients is installed");
    }
    return found.installed();
  }

  private Path temporaryDirectory() throws IOException {
    return cleanup
        .acquire(
            "temporary directory", () -> Files.createTempDirectory(PREFIX), Directories::deleteTree)
        .get();
  }

  private DataDirectory dataDirectory() throws IOException {
    return cleanup
        .acquire(
            "data directory",
            () -> DataDirectory.create(PREFIX, options.sizes().neededBytes()),
            directory -> Directories.deleteTree(directory.path()))
        .get();
  }

  private Bucket bucket(Server server) throws IOException {
    String name = PREFIX + Long.toString(System.currentTimeMillis(), 36);
    Bucket bucket = new Bucket(server.endpoint(), name);
    bucket.create();
    cleanup.register(
        "bucket " + name,
        () -> {
          // The data of our own server goes with its directory.
          if (server.tree() == null) {
            bucket.deleteAll("");
            bucket.delete();
          }
          bucket.close();
        });
    return bucket;
  }

  private Setting setting(Server server, Bucket bucket, Path local) {
    String directory = "bench";
    Layout layout = new Layout(options.sizes(), options.seed());
    Content content = new Content(options.seed());
    return new Setting(
        cleanup,
        commands,
        bucket,
        directory,
        new DataSets(bucket, directory + "/", options.sizes(), layout, content, local),
        options.sizes(),
        layout,
        content,
        options.trialTimeout(),
        server);
  }

  private void prepareData(DataSets dataSets, boolean curl)
      throws IOException, InterruptedException {
    Set<DataSet> needed = EnumSet.noneOf(DataSet.class);
    for (Workload workload : options.workloads()) {
      needed.addAll(workload.needs());
      if (curl) {
        workload.reference().ifPresent(reference -> needed.addAll(reference.needs()));
      }
    }
    for (DataSet dataSet : needed) {
      progress.say("preparing " + dataSet.name().toLowerCase(Locale.ROOT).replace('_', ' '));
      dataSets.prepare(dataSet);
    }
    if (!KernelCaches.drop()) {
      progress.say("not root: the kernel's caches are not dropped between mounts");
    }
  }

  private void runRounds(
      int latency, Schedule schedule, TurnRunner runner, Server server, RunFile results)
      throws Exception {
    if (latency > 0 && !server.plainHttp()) {
      progress.say(latency + " ms: skipped, the delay proxy speaks http only");
      return;
    }
    long latencyStart = System.nanoTime();
    Way timed = latency > 0 ? way(startProxy(server, latency).get(), latency) : direct(server);
    for (int round = 1; round <= options.rounds() && timeFor(round, latencyStart); round++) {
      List<Turn> turns = schedule.nextRound();
      progress.begin(
          "round %d of %d, %d ms added".formatted(round, options.rounds(), latency), turns.size());
      for (Turn turn : turns) {
        record(runner.run(turn, round, timed), results);
      }
      if (round == 1 && timed.proxy() == null && options.counting() && server.plainHttp()) {
        count(schedule, runner, server, results);
      }
    }
  }

  /**
   * The counting pass: several turns at once, because their times are not used, each through a
   * proxy of its own. How many requests curl sends needs no counting.
   */
  private void count(Schedule schedule, TurnRunner runner, Server server, RunFile results)
      throws Exception {
    List<Turn> turns = schedule.nextRound().stream().filter(turn -> turn.client() != null).toList();
    progress.begin("counting requests, %d turns at once".formatted(COUNTED_AT_ONCE), turns.size());
    ExecutorService workers = Executors.newFixedThreadPool(COUNTED_AT_ONCE, Comparison::daemon);
    try {
      List<Future<List<Sample>>> counted = new ArrayList<>();
      for (Turn turn : turns) {
        counted.add(workers.submit(() -> count(turn, runner, server)));
      }
      for (Future<List<Sample>> samples : counted) {
        record(samples.get(), results);
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } finally {
      workers.shutdownNow();
    }
  }

  private List<Sample> count(Turn turn, TurnRunner runner, Server server) throws Exception {
    try (Cleanup.Held<Proxy> proxy = startProxy(server, 0)) {
      return runner.run(turn, Sample.COUNTING_ROUND, way(proxy.get(), 0));
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "counting");
    thread.setDaemon(true);
    return thread;
  }

  private void record(List<Sample> samples, RunFile results) throws IOException {
    for (Sample sample : samples) {
      results.add(sample);
    }
    progress.turn(samples);
  }

  /** The first round always runs; others only when they will probably end within the budget. */
  private boolean timeFor(int round, long latencyStart) {
    long now = System.nanoTime();
    int past = round - 1 + (options.counting() ? 1 : 0);
    Duration perRound = Duration.ofNanos((now - latencyStart) / Math.max(1, past));
    return round == 1 || perRound.plusNanos(now - startNanos).compareTo(options.roundBudget()) < 0;
  }

  private static Way direct(Server server) {
    return new Way(server.endpoint().uri(), 0, null);
  }

  private static Way way(Proxy proxy, int latency) {
    return new Way(proxy.endpoint(), latency, proxy);
  }

  private Cleanup.Held<Proxy> startProxy(Server server, int latency) throws IOException {
    return cleanup.acquire(
        "proxy",
        () -> Proxy.start(server.endpoint().uri(), Duration.ofMillis(latency)),
        Proxy::close);
  }
}
