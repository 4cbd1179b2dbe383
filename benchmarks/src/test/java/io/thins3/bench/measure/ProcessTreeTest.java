package io.thins3.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.bench.process.Deadline;
import io.thins3.bench.process.ProcessEnd;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** On real processes: shells that compute until they are told to end. */
final class ProcessTreeTest {
  private static final String BUSY = "while :; do :; done";

  private static Process shell(String script) throws IOException {
    return new ProcessBuilder("sh", "-c", script).start();
  }

  private static void awaitCpu(ProcessTree tree, double seconds) throws Exception {
    Deadline.in(Duration.ofSeconds(60)).await("CPU time", 10, () -> tree.cpuSeconds() >= seconds);
  }

  @Test
  void cpuSeconds_busyProcess_growsAndAnIdleOneDoesNot() throws Exception {
    Process busy = shell(BUSY);
    Process idle = shell("sleep 600; :");
    try {
      awaitCpu(new ProcessTree(busy.pid()), 0.2);

      assertThat(new ProcessTree(idle.pid()).cpuSeconds()).isLessThan(0.1);
    } finally {
      ProcessEnd.kill(busy);
      ProcessEnd.kill(idle);
    }
  }

  /** Fields 14 to 17: own time, and that of children which have ended. */
  @Test
  void cpuSeconds_children_countWhileTheyRunAndWhenTheyHaveEnded() throws Exception {
    Process running = shell("sh -c '" + BUSY + "'; :");
    Process ended = shell("timeout 0.5 sh -c '" + BUSY + "'; sleep 600; :");
    try {
      awaitCpu(new ProcessTree(running.pid()), 0.2);
      Deadline.in(Duration.ofSeconds(60))
          .await(
              "the child's end", 10, () -> ended.descendants().anyMatch(ProcessTreeTest::sleeps));
      assertThat(new ProcessTree(ended.pid()).cpuSeconds()).isPositive();
    } finally {
      ProcessEnd.kill(running);
      ProcessEnd.kill(ended);
    }
  }

  private static boolean sleeps(ProcessHandle process) {
    return process.info().command().orElse("").endsWith("sleep");
  }

  @Test
  void endedChildrenCpuSeconds_childThatComputed_isAdded() throws Exception {
    double before = ProcessTree.endedChildrenCpuSeconds();
    Process busy = shell(BUSY);
    // More than is asked for below: times are rounded to 10 ms.
    awaitCpu(new ProcessTree(busy.pid()), 0.3);
    ProcessEnd.kill(busy);

    Deadline.in(Duration.ofSeconds(30))
        .await("the child's time", 10, () -> ProcessTree.endedChildrenCpuSeconds() - before >= 0.2);
  }

  @Test
  void peakMemoryBytes_afterAReset_isThatSinceThen() throws Exception {
    // The shell takes 30 MB, gives them back, and waits.
    Process process = shell("x=$(head -c 30000000 /dev/zero | tr '\\0' x); x=; sleep 600; :");
    try {
      ProcessTree tree = new ProcessTree(process.pid());
      Deadline.in(Duration.ofSeconds(60))
          .await("the memory", 10, () -> process.descendants().anyMatch(ProcessTreeTest::sleeps));
      long high = tree.peakMemoryBytes();
      assertThat(high).isGreaterThan(30_000_000);

      tree.resetPeakMemory();

      assertThat(tree.peakMemoryBytes()).isPositive().isLessThan(high - 20_000_000);
    } finally {
      ProcessEnd.kill(process);
    }
  }

  @Test
  void readings_processThatIsGone_areZero() throws Exception {
    Process process = shell(":");
    process.waitFor();

    assertThat(new ProcessTree(process.pid()).cpuSeconds()).isZero();
    assertThat(new ProcessTree(process.pid()).peakMemoryBytes()).isZero();
  }
}
