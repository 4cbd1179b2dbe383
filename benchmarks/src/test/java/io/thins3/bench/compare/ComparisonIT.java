package io.thins3.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.thins3.bench.EmbeddedServer;
import io.thins3.bench.Leftovers;
import io.thins3.bench.client.ClientSpec;
import io.thins3.bench.client.KnownClients;
import io.thins3.bench.process.Cleanup;
import io.thins3.bench.process.Commands;
import io.thins3.bench.report.Summary;
import io.thins3.bench.report.TextTable;
import io.thins3.bench.result.Run;
import io.thins3.bench.result.RunFile;
import io.thins3.bench.result.Sample;
import io.thins3.bench.result.Sample.Outcome;
import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import io.thins3.bench.workload.Sizes;
import io.thins3.bench.workload.Trial;
import io.thins3.bench.workload.Work;
import io.thins3.bench.workload.Workload;
import io.thins3.bench.workload.Workloads;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tool on a tiny data set, an embedded server and real mounts. */
final class ComparisonIT {
  private static final Path DISTRIBUTION =
      Path.of(System.getProperty("bench.home"), "target/thins3");

  @SuppressWarnings("NullAway.Init")
  private static EmbeddedServer server;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @BeforeAll
  static void startServer() throws Exception {
    assumeTrue(Commands.find("s3fs").isPresent(), "no s3fs here: apt-get install s3fs");
    assumeTrue(Files.isWritable(Path.of("/dev/fuse")), "no /dev/fuse here");
    server = new EmbeddedServer();
  }

  @AfterAll
  static void stopServer() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  /** Where the clients are looked for first. */
  private Path distribution = DISTRIBUTION;

  private static ClientSpec s3fs() {
    return KnownClients.all().stream()
        .filter(client -> client.name().equals("s3fs"))
        .findFirst()
        .orElseThrow();
  }

  private Run compare(
      List<ClientSpec> clients, List<Workload> workloads, int rounds, int latency, int timeout)
      throws Exception {
    CompareOptions options =
        new CompareOptions(
            clients,
            workloads,
            Sizes.tiny(),
            rounds,
            Duration.ofDays(1),
            List.of(latency),
            true,
            Duration.ofSeconds(timeout),
            1,
            server.endpoint(),
            directory.resolve("out"),
            distribution,
            List.of("compare"));
    Path log = directory.resolve("log");
    Path results;
    try (Cleanup cleanup = new Cleanup();
        PrintStream out = new PrintStream(log.toFile(), StandardCharsets.UTF_8)) {
      results = new Comparison(options, cleanup, out).run();
    } catch (IOException e) {
      throw new IOException(e.getMessage() + "\n" + Files.readString(log), e);
    }
    assertThat(Leftovers.own()).isEmpty();
    assertThat(server.isEmpty()).isTrue();
    return RunFile.read(results);
  }

  @Test
  void run_everyKindOfWork_givesAGoodSampleForEachStepAndCountsItsRequests() throws Exception {
    List<Workload> workloads = Workloads.all().stream().filter(Workloads::quick).toList();
    Run run = compare(List.of(s3fs()), workloads, 1, 0, 60);

    Summary summary = new Summary(run);
    for (StepInfo step : run.info().steps()) {
      var cell = summary.cell(0, step, "s3fs").orElseThrow();
      assertThat(cell.failure()).as(step.id()).isEmpty();
      if (Commands.find("fio").isEmpty() && step.how().startsWith("fio")) {
        System.out.println("not looked at, no fio here (apt-get install fio): " + step.id());
        assertThat(cell.skip().orElseThrow()).contains("apt-get install fio");
        continue;
      }
      assertThat(cell.value()).as(step.id()).isPresent();
      assertThat(cell.notCounted()).as(step.id()).isEmpty();
      assertThat(cell.counted()).as(step.id()).isPresent();
    }
    StepInfo mount =
        run.info().steps().stream().filter(s -> s.id().equals("mount")).findFirst().get();
    assertThat(
            summary
                .cell(0, mount, "s3fs")
                .orElseThrow()
                .counted()
                .orElseThrow()
                .traffic()
                .requests())
        .as("requests of the mount itself")
        .isNotEmpty();
    StepInfo write =
        run.info().steps().stream().filter(s -> s.id().equals("create.create")).findFirst().get();
    assertThat(
            summary
                .cell(0, write, "s3fs")
                .orElseThrow()
                .counted()
                .orElseThrow()
                .traffic()
                .requests())
        .containsEntry("put", 5L);
    assertThat(new TextTable(summary).render()).doesNotContain("FAILED");
  }

  /** What can be read by the client of this working tree: writes are not its own yet. */
  @Test
  void run_thins3_readsAndListsEverything() throws Exception {
    ClientSpec thins3 =
        KnownClients.all().stream().filter(c -> c.name().equals("thins3")).findFirst().get();
    assumeTrue(
        Files.isExecutable(DISTRIBUTION.resolve("bin/thins3")),
        "no thins3 in " + DISTRIBUTION + ": mvn -DskipTests package");
    List<String> reading = List.of("read-1m", "random-4k", "ls-small");
    List<Workload> workloads =
        Workloads.all().stream().filter(w -> reading.contains(w.id())).toList();

    Run run = compare(List.of(thins3), workloads, 1, 0, 60);

    assertThat(run.samples().stream().filter(s -> s.client().equals("thins3")))
        .allSatisfy(
            s ->
                assertThat(s.outcome())
                    .as("%s: %s", s.step(), s.reason())
                    .isEqualTo(
                        s.step().matches("(read|random).*") && Commands.find("fio").isEmpty()
                            ? Outcome.SKIPPED
                            : Outcome.OK))
        .hasSize(2 * 4);
  }

  /** A client that says it wrote, and did not. */
  @Test
  void run_fileThatIsNeverStored_saysThatAndNotThatTimeIsUp() throws Exception {
    Run run = compare(List.of(s3fs()), List.of(new Lost()), 1, 1, 5);

    assertThat(run.samples().stream().filter(s -> s.round() == 1))
        .singleElement()
        .satisfies(s -> assertThat(s.outcome()).isEqualTo(Outcome.FAILED))
        .satisfies(
            s ->
                assertThat(s.reason())
                    .startsWith("1 of 1 files not as they should be in the store"));
  }

  @Test
  void run_clientThatDoesNotMount_givesARowThatSaysSoAndGoesOn() throws Exception {
    Path program = directory.resolve("bin/broken");
    Files.createDirectories(directory.resolve("bin"));
    Files.writeString(
        program, "#!/bin/sh\n[ $# = 1 ] && exit\necho 'no such bucket' >&2\nexit 3\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    distribution = directory;
    ClientSpec broken =
        new ClientSpec("broken", List.of("x"), List.of("{bucket}", "{dir}"), Map.of(), "no");
    List<Workload> small = Workloads.all().stream().filter(w -> w.id().equals("stat")).toList();

    Run run = compare(List.of(broken, s3fs()), small, 2, 0, 60);

    assertThat(run.samples().stream().filter(s -> s.client().equals("broken")))
        .hasSize(6)
        .allMatch(s -> s.outcome() == Outcome.FAILED)
        .allMatch(s -> String.valueOf(s.reason()).contains("exit code 3"))
        .allMatch(s -> String.valueOf(s.reason()).contains("no such bucket"));
    assertThat(run.samples().stream().filter(s -> s.client().equals("s3fs")))
        .hasSize(6)
        .allMatch(s -> s.outcome() == Outcome.OK);
    assertThat(new TextTable(new Summary(run)).render()).contains("FAILED 2 of 2: mount failed");
  }

  @Test
  void run_clientThatHangs_isKilledAtTheDeadlineAndTheNextRuns() throws Exception {
    Run run = compare(List.of(s3fs()), List.of(new Frozen(), new AfterFrozen()), 1, 5, 5);

    assertThat(run.samples()).extracting(Sample::latencyMillis).containsOnly(5);
    assertThat(run.samples().stream().filter(s -> s.step().equals("frozen.stat")))
        .singleElement()
        .satisfies(s -> assertThat(s.outcome()).isEqualTo(Outcome.FAILED))
        .satisfies(s -> assertThat(s.reason()).isEqualTo("took longer than 5 s"));
    assertThat(run.samples().stream().filter(s -> s.step().equals("frozen.next")))
        .singleElement()
        .satisfies(s -> assertThat(s.outcome()).isEqualTo(Outcome.SKIPPED));
    assertThat(run.samples().stream().filter(s -> s.step().equals("after")))
        .singleElement()
        .satisfies(s -> assertThat(s.outcome()).isEqualTo(Outcome.OK))
        .satisfies(s -> assertThat(s.traffic()).isNotNull());
  }

  /** Promises a file and writes none. */
  private record Lost() implements Workload {
    @Override
    public String id() {
      return "lost";
    }

    @Override
    public List<StepInfo> steps(Sizes sizes) {
      return List.of(step("lost"));
    }

    @Override
    public void run(Trial trial) throws Exception {
      trial.step("lost", () -> Work.operations(1).publishing(Map.of("never", 1L)));
    }
  }

  private static StepInfo step(String id) {
    return new StepInfo(id, "test", id, "test", Unit.SECONDS);
  }

  /** Stops its client by SIGSTOP and then asks it something. */
  private record Frozen() implements Workload {
    @Override
    public String id() {
      return "frozen";
    }

    @Override
    public List<StepInfo> steps(Sizes sizes) {
      return List.of(step("frozen.stat"), step("frozen.next"));
    }

    @Override
    public void run(Trial trial) throws Exception {
      trial.step(
          "frozen.stat",
          () -> {
            for (ProcessHandle client : clients()) {
              trial.commands().require(List.of("kill", "-STOP", Long.toString(client.pid())));
            }
            Files.exists(trial.scratch().resolve("never looked up"));
            return Work.operations(1);
          });
    }

    private static List<ProcessHandle> clients() {
      try (Stream<ProcessHandle> children = ProcessHandle.current().children()) {
        return children
            .filter(child -> child.info().command().orElse("").endsWith("/s3fs"))
            .toList();
      }
    }
  }

  /** A file that is written and awaited in the store. */
  private record AfterFrozen() implements Workload {
    @Override
    public String id() {
      return "after";
    }

    @Override
    public List<StepInfo> steps(Sizes sizes) {
      return List.of(step("after"));
    }

    @Override
    public void run(Trial trial) throws Exception {
      trial.step(
          "after",
          () -> {
            Files.write(trial.scratch().resolve("x"), new byte[10]);
            return Work.operations(1).publishing(Map.of("x", 10L));
          });
    }
  }
}
