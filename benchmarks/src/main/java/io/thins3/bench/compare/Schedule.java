package io.thins3.bench.compare;

import io.thins3.bench.client.InstalledClient;
import io.thins3.bench.workload.Workload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The order of a round: workloads shuffled, and within a workload the clients (and curl) shuffled.
 * So those who are compared run within seconds of each other, and nobody always follows the same
 * neighbour.
 */
final class Schedule {
  private final List<Workload> workloads;
  private final List<InstalledClient> clients;
  private final boolean reference;
  private final Random random;

  /**
   * A schedule.
   *
   * @param reference whether curl takes part
   */
  Schedule(List<Workload> workloads, List<InstalledClient> clients, boolean reference, long seed) {
    this.workloads = List.copyOf(workloads);
    this.clients = List.copyOf(clients);
    this.reference = reference;
    this.random = new Random(seed);
  }

  /** The turns of the next round. */
  List<Turn> nextRound() {
    List<Turn> turns = new ArrayList<>();
    List<Workload> order = new ArrayList<>(workloads);
    Collections.shuffle(order, random);
    for (Workload workload : order) {
      List<Turn> contenders = new ArrayList<>();
      clients.forEach(client -> contenders.add(new Turn(workload, client)));
      if (reference && workload.reference().isPresent()) {
        contenders.add(new Turn(workload, null));
      }
      Collections.shuffle(contenders, random);
      turns.addAll(contenders);
    }
    return turns;
  }
}
