package io.thins3.bench.transports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.thins3.bench.Leftovers;
import io.thins3.bench.client.Mount;
import io.thins3.bench.client.Mounter;
import io.thins3.bench.measure.Machine;
import io.thins3.bench.process.Cleanup;
import io.thins3.bench.process.Commands;
import io.thins3.bench.report.Summary;
import io.thins3.bench.report.TextTable;
import io.thins3.bench.result.RunFile;
import io.thins3.bench.result.StepInfo;
import io.thins3.bench.transports.server.ServedNames;
import io.thins3.bench.transports.server.ServerKind;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way to the kernel, tiny, on real mounts. */
final class TransportsIT {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @BeforeAll
  static void needsFuse() {
    assumeTrue(Files.isWritable(Path.of("/dev/fuse")), "no /dev/fuse here");
  }

  @Test
  void run_everyStep_givesAGoodSampleOfEachServerAndLeavesNothing() throws Exception {
    TransportsOptions options =
        new TransportsOptions(
            Amounts.tiny(),
            List.of(),
            1,
            Duration.ofSeconds(60),
            1,
            directory.resolve("out"),
            List.of("transports"));
    Path results;
    try (Cleanup cleanup = new Cleanup();
        PrintStream out =
            new PrintStream(directory.resolve("log").toFile(), StandardCharsets.UTF_8)) {
      results = new TransportsRun(options, cleanup, out).run();
    }

    assertThat(Leftovers.own()).isEmpty();
    Summary summary = new Summary(RunFile.read(results));
    assertThat(summary.contenders()).containsExactly("linux", "libfuse", "stock", "local");
    for (StepInfo step : summary.run().info().steps()) {
      if (Commands.find("fio").isEmpty() && step.how().startsWith("fio")) {
        System.out.println("not looked at, no fio here (apt-get install fio): " + step.id());
        continue;
      }
      for (ServerKind kind : ServerKind.values()) {
        var cell =
            summary.latencies().stream()
                .flatMap(latency -> summary.cell(latency, step, kind.label()).stream())
                .findFirst()
                .orElseThrow();
        assertThat(cell.failure()).as(step.id() + " " + kind).isEmpty();
        assertThat(cell.value()).as(step.id() + " " + kind).isPresent();
        assertThat(cell.peakMemoryBytes().orElseThrow().median()).isPositive();
      }
      assertThat(new Targets(summary).render()).contains(step.id() + ": ");
    }
    assertThat(new TextTable(summary).render()).doesNotContain("FAILED");
  }

  /** What one server shows: names, attributes, and bytes from places where pieces meet. */
  private static List<String> content(Path mount) throws Exception {
    List<String> seen = new ArrayList<>();
    try (Stream<Path> files = Files.walk(mount)) {
      for (Path file : files.sorted().toList()) {
        seen.add(
            mount.relativize(file)
                + " "
                + Files.readAttributes(file, "unix:mode,nlink,uid,gid,size,lastModifiedTime"));
      }
    }
    for (String name : List.of(ServedNames.PROMPT, ServedNames.LATE)) {
      try (FileChannel file = FileChannel.open(mount.resolve(name))) {
        for (long offset : List.of(0L, (8L << 20) - 5, ServedNames.LARGE_BYTES - 200_000)) {
          ByteBuffer bytes = ByteBuffer.allocate(300_000);
          while (bytes.hasRemaining() && file.read(bytes, offset + bytes.position()) >= 0) {}
          seen.add("%s %d: %d bytes, %x".formatted(name, offset, bytes.position(), hash(bytes)));
        }
      }
    }
    return seen;
  }

  private static int hash(ByteBuffer bytes) {
    return bytes.flip().hashCode();
  }

  @Test
  void servers_allKinds_showTheSameFiles() throws Exception {
    try (Cleanup cleanup = new Cleanup()) {
      Mounter mounter = new Mounter(cleanup, directory, Machine.isRoot());
      Task task = new ListTask(Amounts.tiny());
      List<List<String>> contents = new ArrayList<>();
      for (ServerKind kind : ServerKind.values()) {
        try (Mount mount =
            mounter.mount(
                kind.label(),
                (at, cache) ->
                    Commands.builder(
                        ServerProgram.command(kind, at, task, Amounts.tiny()), Map.of()),
                ServedNames.directory(0))) {
          contents.add(content(mount.directory()));
        }
      }

      assertThat(contents.get(0)).hasSizeGreaterThan(1200);
      assertThat(contents.get(0)).contains("prompt 0: 300000 bytes, " + patternHash());
      assertThat(contents.get(1)).isEqualTo(contents.get(0));
      assertThat(contents.get(2)).isEqualTo(contents.get(0));
    }
  }

  private static String patternHash() {
    byte[] bytes = new byte[1 << 20];
    new java.util.Random(42).nextBytes(bytes);
    return "%x".formatted(ByteBuffer.wrap(bytes, 0, 300_000).hashCode());
  }
}
