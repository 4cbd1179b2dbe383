package io.thins3.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.bench.client.ClientSpec;
import io.thins3.bench.client.InstalledClient;
import io.thins3.bench.workload.Workload;
import io.thins3.bench.workload.Workloads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ScheduleTest {
  private static final List<InstalledClient> CLIENTS = List.of(client("a"), client("b"));
  private static final List<Workload> WORKLOADS = Workloads.all();

  private static InstalledClient client(String name) {
    return new InstalledClient(
        new ClientSpec(name, List.of(), List.of(), Map.of(), ""), Path.of(name), "1");
  }

  @Test
  void nextRound_everyClient_hasEveryWorkloadOnceAndCurlItsReferences() {
    List<Turn> turns = new Schedule(WORKLOADS, CLIENTS, true, 1).nextRound();

    List<Turn> expected = new ArrayList<>();
    for (Workload workload : WORKLOADS) {
      CLIENTS.forEach(client -> expected.add(new Turn(workload, client)));
      if (workload.reference().isPresent()) {
        expected.add(new Turn(workload, null));
      }
    }
    assertThat(turns).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void nextRound_ofOneWorkload_runsItsClientsAfterEachOther() {
    List<String> order =
        new Schedule(WORKLOADS, CLIENTS, true, 1)
            .nextRound().stream().map(turn -> turn.workload().id()).toList();

    List<String> changes = new ArrayList<>();
    order.forEach(
        id -> {
          if (changes.isEmpty() || !changes.get(changes.size() - 1).equals(id)) {
            changes.add(id);
          }
        });
    assertThat(changes).doesNotHaveDuplicates().hasSize(WORKLOADS.size());
  }

  @Test
  void nextRound_sameSeed_isTheSameOrderAndRoundsDiffer() {
    Schedule one = new Schedule(WORKLOADS, CLIENTS, false, 7);
    Schedule two = new Schedule(WORKLOADS, CLIENTS, false, 7);

    List<Turn> first = one.nextRound();

    assertThat(two.nextRound()).isEqualTo(first);
    assertThat(one.nextRound()).isNotEqualTo(first);
  }
}
