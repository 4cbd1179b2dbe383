package io.thins3.bench.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.bench.process.Cleanup;
import io.thins3.bench.process.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClientSearchTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  private static ClientSpec spec(String name) {
    return KnownClients.all().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "Amazon Simple Storage Service File System V1.90 (commit:unknown), false",
    "Amazon Simple Storage Service File System V1.91, true",
    "Amazon Simple Storage Service File System V1.95, true",
    "unknown, false",
  })
  void forVersion_s3fs_isToldOfDirectoriesWithoutObjectsFrom191On(String version, boolean told) {
    assertThat(
            ClientSearch.forVersion(spec("s3fs"), version).mountArguments().contains("compat_dir"))
        .isEqualTo(told);
  }

  @Test
  void forVersion_others_stayAsTheyAre() {
    assertThat(ClientSearch.forVersion(spec("rclone"), "rclone v1.95.0")).isEqualTo(spec("rclone"));
  }

  @Test
  void find_someThereSomeNot_tellsBoth() throws IOException, InterruptedException {
    Path program = program("there", "#!/bin/sh\necho\necho \"  there 2.0\"\n");
    ClientSpec there = new ClientSpec("there", List.of("--version"), List.of(), Map.of(), "now");
    ClientSpec absent =
        new ClientSpec("thins3-absent", List.of("--version"), List.of(), Map.of(), "later");

    var found =
        new ClientSearch(new Commands(new Cleanup()), directory).find(List.of(absent, there));

    assertThat(found.installed()).containsExactly(new InstalledClient(there, program, "there 2.0"));
    assertThat(found.missing())
        .containsExactly(new ClientSearch.Missing(absent, "not installed: later"));
  }

  private Path program(String name, String script) throws IOException {
    Path program = directory.resolve("bin").resolve(name);
    Files.createDirectories(directory.resolve("bin"));
    Files.writeString(program, script);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program;
  }

  /** One that does not run is no reason not to compare the others. */
  @Test
  void find_someBroken_areMissingWithAReason() throws IOException, InterruptedException {
    program("no-interpreter", "#!/no/such/interpreter\n");
    program("fails", "#!/bin/sh\necho 'libfuse.so.2: not found' >&2\nexit 127\n");
    program("good", "#!/bin/sh\necho good 1.0\n");
    List<ClientSpec> wanted =
        Stream.of("no-interpreter", "fails", "good")
            .map(name -> new ClientSpec(name, List.of("-v"), List.of(), Map.of(), "install"))
            .toList();

    var found = new ClientSearch(new Commands(new Cleanup()), directory).find(wanted);

    assertThat(found.installed()).extracting(InstalledClient::name).containsExactly("good");
    assertThat(found.missing())
        .extracting(ClientSearch.Missing::reason)
        .satisfiesExactly(
            reason -> assertThat(reason).startsWith("does not run: ").contains("no-interpreter"),
            reason -> assertThat(reason).contains("libfuse.so.2: not found"));
  }

  @Test
  void all_clients_haveAnInstallLineAndNoSecretOnTheCommandLine() {
    assertThat(KnownClients.all())
        .extracting(ClientSpec::name)
        .containsExactly("thins3", "goofys", "geesefs", "mount-s3", "s3fs", "rclone");
    assertThat(KnownClients.all())
        .allSatisfy(
            client -> {
              assertThat(client.install()).isNotBlank().doesNotContain("\n");
              assertThat(client.commandLine()).contains("{bucket}").contains("{dir}");
              assertThat(client.commandLine() + client.environment()).contains("{region}");
            });
  }
}
