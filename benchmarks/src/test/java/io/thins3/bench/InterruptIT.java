package io.thins3.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.thins3.bench.process.Commands;
import io.thins3.bench.process.Deadline;
import io.thins3.bench.process.ProcessEnd;
import io.thins3.bench.server.Minio;
import io.thins3.bench.server.Proxy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tool as a program of its own, ended by a signal at some point of a run. */
final class InterruptIT {
  /** Where a run is when the signal comes. */
  enum Phase {
    /** Objects are being stored, eight at a time. */
    PREPARING("preparing flat large", "--workloads ls-large"),
    /** A client was started and has not mounted. */
    MOUNTING("round 1 of", "--workloads mount --clients goofys"),
    /** Rounds go on. */
    ROUNDS("] stat.cold", "--workloads stat,create --no-counting"),
    /** Several turns at once. */
    COUNTING("counting requests", "--workloads stat,create,rename-dir,append"),
    /** The run is over, and its bucket is being emptied. */
    REMOVING("removing the data", "--workloads ls-large --no-counting --rounds 1"),
    /** The other kind of run. */
    TRANSPORTS("round 1 of", "--steps ls,stat-16");

    private final String sign;
    private final String options;

    Phase(String sign, String options) {
      this.sign = sign;
      this.options = options;
    }

    private List<String> options() {
      return List.of(options.split(" ", -1));
    }
  }

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @BeforeAll
  static void needsFuse() {
    assumeTrue(Files.isWritable(Path.of("/dev/fuse")), "no /dev/fuse here");
  }

  private ProcessBuilder compare(List<String> options) throws IOException {
    assumeTrue(Commands.find("s3fs").isPresent(), "no s3fs here: apt-get install s3fs");
    List<String> all = new ArrayList<>(options);
    if (!options.contains("--clients")) {
      all.addAll(List.of("--clients", "s3fs"));
    }
    return bench("compare", all);
  }

  private ProcessBuilder bench(String subcommand, List<String> options) throws IOException {
    List<String> command = new ArrayList<>();
    // A process group of its own, as a shell gives to each program it starts.
    command.add("setsid");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("-Dlogback.configurationFile=bench-logback.xml");
    command.add("-cp");
    command.add(
        System.getProperty("bench.jar") + ":" + System.getProperty("bench.libraries") + "/*");
    command.add(Bench.class.getName());
    command.addAll(List.of(subcommand, "--scale", "tiny"));
    command.addAll(List.of("--output", directory.resolve("out").toString()));
    if (!options.contains("--rounds")) {
      command.addAll(List.of("--rounds", "1000"));
    }
    command.addAll(options);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile());
    // A client that never mounts, under the name of one that is not here.
    Path programs = Files.createDirectories(directory.resolve("bin"));
    Path hanging = programs.resolve("goofys");
    Files.writeString(
        hanging, "#!/bin/sh\nif [ \"$1\" = --version ]; then echo 1; else exec sleep 700; fi\n");
    assertThat(hanging.toFile().setExecutable(true)).isTrue();
    builder.environment().merge("PATH", programs.toString(), (old, first) -> first + ":" + old);
    return builder;
  }

  private String log() throws IOException {
    Path log = directory.resolve("log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  private void await(String what, Process process, Deadline.Condition condition) throws Exception {
    try {
      Deadline.in(Duration.ofSeconds(60)).await(what, 5, condition);
    } catch (TimeoutException e) {
      throw new AssertionError(
          e.getMessage() + "; left: " + Leftovers.of(process.pid()) + "; " + log(), e);
    }
  }

  /** Starts it, waits until its output shows the phase, sends the signal, waits for the end. */
  private void interrupt(ProcessBuilder builder, Phase phase, String signal, boolean group)
      throws Exception {
    Process process = builder.start();
    try {
      await(phase.toString(), process, () -> !process.isAlive() || reached(phase, process));
      assertThat(process.isAlive()).as(log()).isTrue();
      String target = (group ? "-" : "") + process.pid();
      Process kill = new ProcessBuilder("kill", "-" + signal, "--", target).start();
      assertThat(kill.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(log()).isTrue();
    } finally {
      ProcessEnd.kill(process);
    }
    // What was started in the last moment is killed and then still a moment in the process table.
    await("the end of the last process", process, () -> Leftovers.of(process.pid()).isEmpty());
  }

  private boolean reached(Phase phase, Process process) throws IOException {
    return log().contains(phase.sign)
        && switch (phase) {
          case MOUNTING ->
              process.descendants().anyMatch(p -> p.info().command().orElse("").endsWith("/sleep"));
          case ROUNDS, COUNTING, TRANSPORTS -> !Leftovers.mountsOf(process.pid()).isEmpty();
          case PREPARING, REMOVING -> true;
        };
  }

  private void interruptOnGivenServer(Phase phase, String signal, boolean group) throws Exception {
    // Requests take their time: a phase lasts long enough to be met.
    int millis = phase == Phase.REMOVING || phase == Phase.PREPARING ? 100 : 0;
    try (EmbeddedServer server = new EmbeddedServer();
        Proxy proxy = Proxy.start(server.endpoint().uri(), Duration.ofMillis(millis))) {
      URI address = proxy.endpoint();
      List<String> options = new ArrayList<>(phase.options());
      options.addAll(List.of("--endpoint", address.toString()));
      ProcessBuilder builder = compare(options);
      builder.environment().put("AWS_ACCESS_KEY_ID", server.endpoint().accessKey());
      builder.environment().put("AWS_SECRET_ACCESS_KEY", server.endpoint().secretKey().reveal());
      builder.environment().remove("AWS_SESSION_TOKEN");

      interrupt(builder, phase, signal, group);

      assertThat(server.isEmpty()).as("no bucket is left; " + log()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TRANSPORTS")
  void signal_inAnyPhase_leavesNothing(Phase phase) throws Exception {
    interruptOnGivenServer(phase, "INT", false);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sigterm_whileClientsAreMounted_leavesNothing(boolean group) throws Exception {
    interruptOnGivenServer(Phase.ROUNDS, "TERM", group);
  }

  /** A terminal's Ctrl-C goes to the whole group: the server and the clients end by themselves. */
  @Test
  void ctrlC_withAServerOfItsOwn_endsTheServerToo() throws Exception {
    assumeTrue(Minio.find(System.getenv()).isPresent(), "no MinIO here: run scripts/minio");

    interrupt(compare(Phase.ROUNDS.options()), Phase.ROUNDS, "INT", true);
  }

  @Test
  void ctrlC_whileATransportIsMeasured_leavesNothing() throws Exception {
    interrupt(bench("transports", Phase.TRANSPORTS.options()), Phase.TRANSPORTS, "INT", true);
  }
}
