package io.thins3.bench.compare;

import io.thins3.bench.client.ClientSearch;
import io.thins3.bench.client.InstalledClient;
import io.thins3.bench.client.Mounter;
import io.thins3.bench.measure.KernelCaches;
import io.thins3.bench.measure.Machine;
import io.thins3.bench.process.Cleanup;
import io.thins3.bench.process.Commands;
import io.thins3.bench.process.Directories;
import io.thins3.bench.process.RunName;
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
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A comparison from start to end: search, server, data, rounds, counting pass. */
public final class Comparison {
  private static final String PREFIX = RunName.prefix();

  /** Twenty thousand objects in batches of 500 take seconds; a server that throttles, longer. */
  private static final Duration BUCKET_REMOVAL = Duration.ofMinutes(2);

  /** Mounting, unmounting by force and preparing, besides what a trial may take. */
  private static final Duration AROUND_A_TRIAL = Duration.ofMinutes(4);

  private static final Path FUSE = Path.of("/dev/fuse");

  private final CompareOptions options;
  private final Cleanup cleanup;
  private final Commands commands;
  private final Progress progress;
  private final List<StepInfo> steps;
  private final Budget budget;

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
    this.budget =
        new Budget(options.roundBudget(), options.latenciesMillis().size(), System::nanoTime);
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
    if (!Files.isWritable(FUSE)) {
      throw new IOException(
          "no /dev/fuse that may be written: nothing can be mounted (in a container: --device"
              + " /dev/fuse --cap-add SYS_ADMIN)");
    }
    List<InstalledClient> clients = findClients();
    steps.forEach(step -> progress.say("%-16s %s".formatted(step.id(), step.how())));
    boolean curl = findTools();
    Path work = temporaryDirectory();
    DataDirectory data = dataDirectory();
    Server server = new ServerChoice(cleanup, commands).choose(options.endpoint(), data, work);
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
    progress.say("removing the data");
    return file;
  }

  private List<InstalledClient> findClients() throws IOException, InterruptedException {
    ClientSearch.Found found =
        new ClientSearch(commands, options.distribution()).find(options.clients());
    for (InstalledClient client : found.installed()) {
      progress.say("%-9s %s".formatted(client.name(), client.version()));
      progress.say("          " + client.spec().commandLine());
    }
    for (ClientSearch.Missing client : found.missing()) {
      progress.say("%-9s %s".formatted(client.spec().name(), client.reason()));
    }
    if (found.installed().isEmpty()) {
      throw new IOException("none of the clients is installed");
    }
    return found.installed();
  }

  /** Says what will be missing; whether curl is there. */
  private boolean findTools() {
    long byFio = steps.stream().filter(step -> step.how().startsWith("fio")).count();
    if (byFio > 0 && Commands.find("fio").isEmpty()) {
      progress.say(
          "fio is not installed (apt-get install fio): %d of %d steps are skipped"
              .formatted(byFio, steps.size()));
    }
    boolean curl = Commands.find("curl").isPresent();
    if (!curl) {
      progress.say("curl is not installed (apt-get install curl): no reference lines");
    }
    return curl;
  }

  private Path temporaryDirectory() throws IOException {
    return cleanup
        .acquire(
            "temporary directory",
            // As the mount table shows it.
            () -> Files.createTempDirectory(PREFIX).toRealPath(),
            Directories::deleteTree)
        .get();
  }

  private DataDirectory dataDirectory() throws IOException {
    boolean ownServer = options.endpoint() == null;
    long needed = ownServer ? options.sizes().neededBytes() : options.sizes().localBytes();
    return cleanup
        .acquire(
            "data directory",
            () -> DataDirectory.create(PREFIX, needed),
            directory -> Directories.deleteTree(directory.path()))
        .get();
  }

  private Bucket bucket(Server server) throws IOException, InterruptedException {
    String name = PREFIX + Long.toString(System.currentTimeMillis(), 36);
    Bucket bucket = new Bucket(server.endpoint(), name);
    // Registered first: a signal may come before the answer does.
    cleanup.register(
        "bucket " + name,
        () -> {
          // The data of our own server goes with its directory.
          try (bucket) {
            if (server.tree() == null) {
              bucket.remove(BUCKET_REMOVAL);
            }
          }
        });
    bucket.create();
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
        new DataSets(cleanup, bucket, directory + "/", options.sizes(), layout, content, local),
        options.sizes(),
        layout,
        content,
        options.seed(),
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
      progress.say(
          "the kernel's caches are not dropped between mounts: that takes root and a writable"
              + " /proc/sys/vm/drop_caches");
    }
  }

  private void runRounds(
      int latency, Schedule schedule, TurnRunner runner, Server server, RunFile results)
      throws Exception {
    if (latency > 0 && !server.plainHttp()) {
      progress.say(latency + " ms: skipped, the delay proxy speaks http only");
      return;
    }
    budget.nextShare();
    Way timed = latency > 0 ? delayed(server, latency) : direct(server);
    for (int round = 1; round <= options.rounds() && budget.roundFits(); round++) {
      List<Turn> turns = schedule.nextRound();
      progress.begin(
          "round %d of %d, %d ms added".formatted(round, options.rounds(), latency), turns.size());
      int number = round;
      budget.round(
          () -> {
            for (Turn turn : turns) {
              record(runner.run(turn, number, timed), results);
            }
          });
      if (round == 1 && latency == 0) {
        count(schedule, runner, server, results);
      }
    }
  }

  private void count(Schedule schedule, TurnRunner runner, Server server, RunFile results)
      throws Exception {
    if (!options.counting()) {
      return;
    }
    if (!server.plainHttp()) {
      progress.say("requests are not counted: the counting proxy speaks http only");
      return;
    }
    List<Turn> turns = schedule.nextRound().stream().filter(turn -> turn.client() != null).toList();
    progress.begin(
        "counting requests, %d turns at once".formatted(CountingPass.AT_ONCE), turns.size());
    Duration longest =
        options.trialTimeout().multipliedBy(CountingPass.PATIENCE).plus(AROUND_A_TRIAL);
    new CountingPass(runner, cleanup, server.endpoint().uri(), longest)
        .run(turns, samples -> record(samples, results));
  }

  private void record(List<Sample> samples, RunFile results) throws IOException {
    for (Sample sample : samples) {
      results.add(sample);
    }
    progress.turn(samples);
  }

  private static Way direct(Server server) {
    return new Way(server.endpoint().uri(), 0, null);
  }

  private Way delayed(Server server, int latency) throws IOException {
    Proxy proxy =
        cleanup
            .acquire(
                "proxy",
                () -> Proxy.start(server.endpoint().uri(), Duration.ofMillis(latency)),
                Proxy::close)
            .get();
    return new Way(proxy.endpoint(), latency, proxy);
  }
}
