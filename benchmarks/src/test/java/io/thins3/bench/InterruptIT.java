package io.thins3.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.thins3.bench.process.Commands;
import io.thins3.bench.process.Deadline;
import io.thins3.bench.process.Directories;
import io.thins3.bench.process.ProcessEnd;
import io.thins3.bench.server.Endpoint;
import io.thins3.bench.server.Minio;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tool as a program of its own, ended by a signal in the midst of a run. */
final class InterruptIT {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @BeforeAll
  static void needsFuse() {
    assumeTrue(Files.isWritable(Path.of("/dev/fuse")), "no /dev/fuse here");
  }

  private static void assumeClient() {
    assumeTrue(Commands.find("s3fs").isPresent(), "no s3fs here: apt-get install s3fs");
  }

  private ProcessBuilder compare(String... options) {
    List<String> all = new ArrayList<>(List.of("--clients", "s3fs", "--no-counting"));
    all.addAll(List.of(options));
    return bench("compare", all.toArray(String[]::new));
  }

  private ProcessBuilder bench(String subcommand, String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("-Dlogback.configurationFile=bench-logback.xml");
    command.add("-cp");
    command.add(
        System.getProperty("bench.jar") + ":" + System.getProperty("bench.libraries") + "/*");
    command.add(Bench.class.getName());
    command.add(subcommand);
    command.addAll(
        List.of(
            "--scale",
            "tiny",
            "--rounds",
            "1000",
            "--output",
            directory.resolve("out").toString()));
    command.addAll(List.of(options));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("log").toFile());
  }

  /** Starts it, waits for a mount and some results, sends the signal, and waits for the end. */
  private void interrupt(ProcessBuilder builder, String signal) throws Exception {
    Process process = builder.start();
    try {
      Path results = directory.resolve("out/run.jsonl");
      Deadline.in(Duration.ofSeconds(60))
          .await(
              "the first results",
              5,
              () ->
                  !process.isAlive()
                      || (Files.exists(results)
                          && Files.readAllLines(results).size() > 3
                          && !Leftovers.mounts().isEmpty()));
      assertThat(process.isAlive()).as(Files.readString(directory.resolve("log"))).isTrue();
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      ProcessEnd.kill(process);
    }
    assertThat(Leftovers.all()).as(Files.readString(directory.resolve("log"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void signal_whileClientsAreMounted_leavesNothing(String signal) throws Exception {
    assumeClient();
    try (EmbeddedServer server = new EmbeddedServer()) {
      Endpoint endpoint = server.endpoint();
      ProcessBuilder builder =
          compare("--groups", "meta,small", "--endpoint", endpoint.uri().toString());
      builder.environment().put("AWS_ACCESS_KEY_ID", endpoint.accessKey());
      builder.environment().put("AWS_SECRET_ACCESS_KEY", endpoint.secretKey().reveal());

      interrupt(builder, signal);

      assertThat(server.isEmpty()).as("buckets in the store").isTrue();
    }
  }

  @Test
  void signal_withAServerOfItsOwn_endsTheServerToo() throws Exception {
    assumeClient();
    assumeTrue(Minio.find(System.getenv()).isPresent(), "no MinIO here: run scripts/minio");

    interrupt(compare("--groups", "write,small"), "INT");

    Directories.deleteTree(directory.resolve("out"));
  }

  @Test
  void signal_whileATransportIsMeasured_leavesNothing() throws Exception {
    interrupt(bench("transports", "--steps", "ls,stat-16"), "INT");
  }
}
