package io.thins3.bench.result;

import java.util.List;

/**
 * The circumstances of a run; the first line of its file.
 *
 * @param started ISO 8601 instant
 * @param commandLine arguments of {@code scripts/bench}
 * @param scale {@code full}, {@code quick} or {@code tiny}
 * @param seed of the random order and of the data
 * @param rounds that were asked for
 * @param server version and place of its data, or the endpoint that was given
 * @param machine where it ran
 * @param tools versions of fio, curl and what else does work
 * @param clients in the order of the report; the first is the subject of all ratios
 * @param steps in the order of the report
 */
public record RunInfo(
    String started,
    List<String> commandLine,
    String scale,
    long seed,
    int rounds,
    String server,
    MachineInfo machine,
    List<String> tools,
    List<ClientInfo> clients,
    List<StepInfo> steps) {
  public RunInfo {
    commandLine = List.copyOf(commandLine);
    tools = List.copyOf(tools);
    clients = List.copyOf(clients);
    steps = List.copyOf(steps);
  }
}
