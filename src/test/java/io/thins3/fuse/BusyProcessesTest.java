package io.thins3.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a /proc of links that lead nowhere, as the kernel's own may: nobody must follow them. */
class BusyProcessesTest {
  private static final Path MOUNT = Path.of("/mnt/in use");

  @TempDir Path proc = Path.of("/nowhere");

  private BusyProcesses processes = new BusyProcesses(proc, Duration.ZERO);

  @BeforeEach
  void create() {
    processes = new BusyProcesses(proc, Duration.ofSeconds(30));
  }

  private Path process(int pid, String name) throws IOException {
    Path process = Files.createDirectory(proc.resolve(Integer.toString(pid)));
    Files.writeString(process.resolve("comm"), name + "\n");
    Files.createSymbolicLink(process.resolve("cwd"), Path.of("/"));
    Files.createDirectory(process.resolve("fd"));
    Files.createSymbolicLink(process.resolve("fd/0"), Path.of("/dev/null"));
    Files.createDirectory(process.resolve("map_files"));
    return process;
  }

  private static void link(Path process, String name, Path target) throws IOException {
    Files.deleteIfExists(process.resolve(name));
    Files.createSymbolicLink(process.resolve(name), target);
  }

  @Test
  void using_nobody_empty() throws Exception {
    process(1, "init");
    Files.createDirectory(proc.resolve("sys"));
    assertThat(processes.using(MOUNT, Set.of())).isEmpty();
  }

  @Test
  void using_eachPlace_found() throws Exception {
    link(process(10, "shell"), "cwd", MOUNT);
    link(process(11, "chrooted"), "root", MOUNT.resolve("root"));
    link(process(12, "program"), "exe", MOUNT.resolve("bin/program"));
    link(process(13, "reader"), "fd/7", MOUNT.resolve("a/b"));
    link(process(14, "mapper"), "map_files/1-2", MOUNT.resolve("a (deleted)"));
    assertThat(processes.using(MOUNT, Set.of()))
        .containsExactlyInAnyOrder(
            "shell (10)", "chrooted (11)", "program (12)", "reader (13)", "mapper (14)");
  }

  @Test
  void using_processThatWaits_named() throws Exception {
    process(15, "opener");
    assertThat(processes.using(MOUNT, Set.of(15, 16))).containsExactly("opener (15)");
  }

  @Test
  void using_severalPlacesOfOne_namedOnce() throws Exception {
    Path process = process(10, "shell");
    link(process, "cwd", MOUNT);
    link(process, "fd/1", MOUNT.resolve("log"));
    assertThat(processes.using(MOUNT, Set.of())).containsExactly("shell (10)");
  }

  @Test
  void using_nameThatBeginsAlike_notFound() throws Exception {
    link(process(10, "shell"), "cwd", Path.of("/mnt/in use too"));
    assertThat(processes.using(MOUNT, Set.of())).isEmpty();
  }

  @Test
  void using_noProc_empty() {
    assertThat(
            new BusyProcesses(proc.resolve("none"), Duration.ofSeconds(30)).using(MOUNT, Set.of()))
        .isEmpty();
  }

  @Test
  void using_processThatDoesNotAnswer_othersAreFoundAtTheDeadline() throws Exception {
    link(process(10, "shell"), "cwd", MOUNT);
    // A FIFO in the place of comm: its opening waits, as a lock of the kernel might.
    Path stuck = process(11, "stuck");
    link(stuck, "cwd", MOUNT);
    Files.delete(stuck.resolve("comm"));
    assertThat(new ProcessBuilder("mkfifo", stuck.resolve("comm").toString()).start().waitFor())
        .isZero();
    long begin = System.nanoTime();
    assertThat(new BusyProcesses(proc, Duration.ofMillis(500)).using(MOUNT, Set.of()))
        .isSubsetOf("shell (10)");
    assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(25));
    // Let the thread go.
    Files.writeString(stuck.resolve("comm"), "");
  }

  @Test
  void using_interruptedThread_findsAllTheSame() throws Exception {
    link(process(10, "shell"), "cwd", MOUNT);
    Thread.currentThread().interrupt();
    assertThat(processes.using(MOUNT, Set.of())).containsExactly("shell (10)");
    assertThat(Thread.interrupted()).isTrue();
  }
}
