package io.thins3.bench.transports;

import io.thins3.bench.client.Mounter;
import io.thins3.bench.compare.Progress;
import io.thins3.bench.measure.Machine;
import io.thins3.bench.process.Cleanup;
import io.thins3.bench.process.Commands;
import io.thins3.bench.process.Directories;
import io.thins3.bench.process.RunName;
import io.thins3.bench.process.Versions;
import io.thins3.bench.result.ClientInfo;
import io.thins3.bench.result.RunFile;
import io.thins3.bench.result.RunInfo;
import io.thins3.bench.result.Sample;
import io.thins3.bench.result.StepInfo;
import io.thins3.bench.transports.server.ServedNames;
import io.thins3.bench.transports.server.ServerKind;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A run from start to end. In each round the tasks come in random order, and within a task the
 * servers: those who are compared run within seconds of each other.
 */
public final class TransportsRun {
  private static final String PREFIX = RunName.prefix();

  private final TransportsOptions options;
  private final Cleanup cleanup;
  private final Commands commands;
  private final List<Task> tasks;
  private final Progress progress;

  /**
   * A run.
   *
   * @param cleanup closed by the caller, whatever happens
   * @param out for the progress
   */
  public TransportsRun(TransportsOptions options, Cleanup cleanup, PrintStream out) {
    this.options = options;
    this.cleanup = cleanup;
    this.commands = new Commands(cleanup);
    this.tasks =
        Tasks.all(options.amounts()).stream()
            .filter(task -> options.steps().isEmpty() || options.steps().contains(task.step().id()))
            .toList();
    this.progress =
        new Progress(
            out,
            tasks.stream()
                .map(Task::step)
                .collect(Collectors.toMap(StepInfo::id, Function.identity())));
  }

  /**
   * Runs it.
   *
   * @return the file of results
   */
  public Path run() throws Exception {
    tasks.forEach(task -> progress.say("%-11s %s".formatted(task.step().id(), task.step().how())));
    Path work =
        cleanup
            .acquire(
                "temporary directory",
                () -> Files.createTempDirectory(PREFIX).toRealPath(),
                Directories::deleteTree)
            .get();
    Path local = localDirectory(work);
    Files.createDirectories(options.output());
    Path file = options.output().resolve("run.jsonl");
    TaskRunner runner =
        new TaskRunner(
            cleanup,
            commands,
            new Mounter(cleanup, work, Machine.isRoot()),
            options.amounts(),
            options.timeout(),
            local);
    Random random = new Random(options.seed());
    try (RunFile results = RunFile.create(file, describe())) {
      for (int round = 1; round <= options.rounds(); round++) {
        List<Turn> turns = turns(random);
        progress.begin("round %d of %d".formatted(round, options.rounds()), turns.size());
        for (Turn turn : turns) {
          Sample sample =
              turn.kind == null
                  ? runner.reference(turn.task, round)
                  : runner.measure(turn.task, turn.kind, round);
          results.add(sample);
          progress.turn(List.of(sample));
        }
      }
    }
    return file;
  }

  /** One task by one server, or by none. */
  private record Turn(Task task, @Nullable ServerKind kind) {}

  private List<Turn> turns(Random random) {
    List<Task> order = new ArrayList<>(tasks);
    Collections.shuffle(order, random);
    List<Turn> turns = new ArrayList<>();
    for (Task task : order) {
      List<Turn> contenders = new ArrayList<>();
      for (ServerKind kind : ServerKind.values()) {
        contenders.add(new Turn(task, kind));
      }
      if (task.hasReference()) {
        contenders.add(new Turn(task, null));
      }
      Collections.shuffle(contenders, random);
      turns.addAll(contenders);
    }
    return turns;
  }

  /** What the reference works on. */
  private Path localDirectory(Path work) throws IOException {
    Path local = Files.createDirectory(work.resolve("local"));
    for (int i = 0; i < ServedNames.SMALL_FILES; i++) {
      Files.createFile(local.resolve(ServedNames.small(i)));
    }
    Path listed = Files.createDirectory(local.resolve(ServedNames.directory(ListTask.MEASURED)));
    for (int i = 0; i < options.amounts().entries(); i++) {
      Files.createFile(listed.resolve(ServedNames.entry(i)));
    }
    return local;
  }

  private RunInfo describe() throws IOException, InterruptedException {
    return new RunInfo(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        options.commandLine(),
        options.amounts().name(),
        options.seed(),
        options.rounds(),
        "none; each file system is in memory, a fresh JVM for each figure: %s; load average at the start %.1f"
            .formatted(
                String.join(" ", ServerProgram.flags()),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()),
        Machine.describe(),
        new Versions(commands).of(List.of("fio", "ls")),
        Arrays.stream(ServerKind.values())
            .map(
                kind ->
                    new ClientInfo(kind.label(), kind.description(), "ServerMain " + kind.label()))
            .toList(),
        tasks.stream().map(Task::step).toList());
  }
}
