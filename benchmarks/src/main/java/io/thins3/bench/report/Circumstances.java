package io.thins3.bench.report;

import io.thins3.bench.result.ClientInfo;
import io.thins3.bench.result.MachineInfo;
import io.thins3.bench.result.RunInfo;
import io.thins3.bench.result.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** What a reader must know beside the figures, and in what of it two runs differ. */
final class Circumstances {
  private final Summary summary;

  Circumstances(Summary summary) {
    this.summary = summary;
  }

  /** A line each: when and by which command, machine, server, tools, clients, rounds. */
  List<String> lines() {
    RunInfo info = summary.run().info();
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s, %s, seed %d: scripts/bench %s",
            info.started(),
            info.scale(),
            info.seed(),
            String.join(" ", info.commandLine())));
    lines.add(machine(info.machine()));
    lines.add("server: " + info.server());
    lines.add("tools: " + String.join(", ", info.tools()));
    info.clients().forEach(client -> lines.add(client(client)));
    lines.add("rounds: " + rounds());
    return lines;
  }

  private static String machine(MachineInfo machine) {
    return String.format(
        Locale.ROOT,
        "%s, %d cores, %d MiB, %s, Java %s, %s",
        machine.cpu(),
        machine.cores(),
        machine.memoryBytes() >> 20,
        machine.kernel(),
        machine.java(),
        machine.root() ? "root" : "not root");
  }

  private static String client(ClientInfo client) {
    return "%s: %s: %s".formatted(client.name(), client.version(), client.commandLine());
  }

  /** Rounds that were run to some result, whatever was asked for. */
  private String rounds() {
    return summary.latencies().stream()
        .map(
            latency ->
                String.format(
                    Locale.ROOT,
                    "%d of %d at %d ms",
                    roundsRun(latency),
                    summary.run().info().rounds(),
                    latency))
        .collect(Collectors.joining(", "));
  }

  private long roundsRun(int latency) {
    return summary.run().samples().stream()
        .filter(s -> s.latencyMillis() == latency && s.round() != Sample.COUNTING_ROUND)
        .map(Sample::round)
        .distinct()
        .count();
  }

  /** In what another run differs, a line each; the day and the seed always do. */
  List<String> differences(Summary other) {
    RunInfo one = summary.run().info();
    RunInfo two = other.run().info();
    List<String> found = new ArrayList<>();
    compare(found, "scale", one.scale(), two.scale());
    compare(found, "machine", machine(one.machine()), machine(two.machine()));
    compare(found, "server", one.server(), two.server());
    compare(found, "tools", String.join(", ", one.tools()), String.join(", ", two.tools()));
    Map<String, ClientInfo> others =
        two.clients().stream().collect(Collectors.toMap(ClientInfo::name, c -> c));
    for (ClientInfo client : one.clients()) {
      ClientInfo again = others.get(client.name());
      if (again != null) {
        compare(found, client.name(), client.version(), again.version());
        compare(found, client.name(), client.commandLine(), again.commandLine());
      }
    }
    return found;
  }

  private static void compare(List<String> found, String what, String one, String two) {
    if (!Objects.equals(one, two)) {
      found.add("%s: %s | %s".formatted(what, one, two));
    }
  }
}
