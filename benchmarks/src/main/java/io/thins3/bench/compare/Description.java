package io.thins3.bench.compare;

import io.thins3.bench.client.InstalledClient;
import io.thins3.bench.measure.Machine;
import io.thins3.bench.process.Commands;
import io.thins3.bench.process.Versions;
import io.thins3.bench.result.ClientInfo;
import io.thins3.bench.result.RunInfo;
import io.thins3.bench.result.StepInfo;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Writes down the circumstances of a run. */
final class Description {
  private final Commands commands;

  Description(Commands commands) {
    this.commands = commands;
  }

  RunInfo describe(
      CompareOptions options, Server server, List<InstalledClient> clients, List<StepInfo> steps)
      throws IOException, InterruptedException {
    return new RunInfo(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        options.commandLine(),
        options.sizes().name(),
        options.seed(),
        options.rounds(),
        server.description(),
        Machine.describe(),
        new Versions(commands).of(List.of("fio", "curl", "ls", "tar", "find")),
        clients.stream()
            .map(c -> new ClientInfo(c.name(), c.version(), c.spec().commandLine()))
            .toList(),
        steps);
  }
}
