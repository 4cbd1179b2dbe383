package io.thins3.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.testing.Await;
import io.thins3.testing.FaultProxy;
import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.Shell;
import io.thins3.testing.Thins3Process;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to who uses a mount when its process is told to stop, or killed. */
class EndOfMountIT {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @TempDir Path temporary = Path.of("/nowhere");

  private final S3Server server = S3Server.shared();
  private final FaultProxy proxy = FaultProxy.inFrontOf(server.endpoint());
  private final List<Process> programs = new ArrayList<>();
  private final byte[] big = new byte[8 << 20];
  private String bucket = "";
  private Path dir = Path.of("/nowhere");

  @BeforeEach
  void bucketAndDirectory() throws Exception {
    new Random(7).nextBytes(big);
    bucket = server.createBucket();
    server.put(bucket, "testfile", "hello\n".getBytes(UTF_8));
    server.put(bucket, "big", big);
    dir = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
  }

  @AfterEach
  void end() {
    programs.forEach(Process::destroyForcibly);
    proxy.close();
  }

  private Thins3Process mount(String... options) throws Exception {
    return MountCommand.of(server, bucket, dir)
        .through(proxy.endpoint())
        .with("XDG_STATE_HOME", temporary.resolve("state").toString())
        .mount(options);
  }

  private Process start(String... command) throws Exception {
    Process program = new ProcessBuilder(command).start();
    programs.add(program);
    return program;
  }

  private static void awaitLog(Thins3Process thins3, String line) {
    Await.until("'" + line + "' in the log", DEADLINE, () -> thins3.output().contains(line));
  }

  private static long millisSince(long begin) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
  }

  @Test
  void sigterm_slowReadUnderWay_finishesAndNothingIsOpenedAnyMore() throws Exception {
    Path copy = temporary.resolve("copy");
    try (Thins3Process thins3 = mount("--drain-timeout", "1m")) {
      proxy.stallAfter(3 << 19, Integer.MAX_VALUE);
      Process reader = start("sh", "-c", "exec cat " + dir + "/big >" + copy);
      Await.until(
          "the reader has got something",
          DEADLINE,
          () -> Files.exists(copy) && Files.size(copy) > 0);
      thins3.signal("TERM");
      awaitLog(thins3, "stopping: SIGTERM");
      Await.until(
          "nothing is opened any more",
          DEADLINE,
          () -> Shell.run("cat", dir + "/testfile").out().contains("shutdown"));
      assertThat(reader.isAlive()).isTrue();
      proxy.heal();
      proxy.cutAll();
      assertThat(reader.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(reader.exitValue()).isZero();
      assertThat(Files.readAllBytes(copy)).isEqualTo(big);
      assertThat(thins3.awaitExit()).as(thins3.output()).isZero();
      assertThat(Thins3Process.isMounted(dir)).isFalse();
    }
  }

  @Test
  void sigterm_shellInside_isNamedAndNotWaitedFor() throws Exception {
    try (Thins3Process thins3 = mount("--drain-timeout", "10m")) {
      Process shell = start("sh", "-c", "cd " + dir + " && echo there && read line");
      assertThat(shell.inputReader().readLine()).isEqualTo("there");
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
      assertThat(thins3.output())
          .contains(dir + " is in use by sh (" + shell.pid() + "); detached");
      assertThat(Thins3Process.isMounted(dir)).isFalse();
      assertThat(shell.isAlive()).isTrue();
    }
  }

  @Test
  void sigterm_fileStaysOpen_unmountsLazilyAndEndsAtTheTimeout() throws Exception {
    try (Thins3Process thins3 = mount("--drain-timeout", "1s")) {
      FileChannel open = FileChannel.open(dir.resolve("big"));
      assertThat(open.read(ByteBuffer.allocate(1))).isEqualTo(1);
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
      assertThat(thins3.output())
          .contains("is in use by java (" + ProcessHandle.current().pid() + ")")
          .contains("still in use when the time to drain is over");
      assertThat(Thins3Process.isMounted(dir)).isFalse();
      assertThatThrownBy(() -> open.read(ByteBuffer.allocate(1), big.length - 1))
          .hasMessageContaining("Transport endpoint is not connected");
    }
  }

  @Test
  void sigterm_storeStalled_endsAtTheTimeout() throws Exception {
    try (Thins3Process thins3 = mount("--drain-timeout", "2s")) {
      proxy.stallAfter(0, Integer.MAX_VALUE);
      Process reader = start("cat", dir.resolve("big").toString());
      Await.until("the read waits", DEADLINE, () -> proxy.accepted() > 1);
      long begin = System.nanoTime();
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
      assertThat(millisSince(begin)).isGreaterThanOrEqualTo(1900);
      assertThat(reader.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(reader.exitValue()).isNotZero();
      assertThat(Thins3Process.isMounted(dir)).isFalse();
    }
  }

  @Test
  void sigtermAgain_cutsTheWait() throws Exception {
    try (Thins3Process thins3 = mount("--drain-timeout", "10m")) {
      proxy.stallAfter(0, Integer.MAX_VALUE);
      Process reader = start("cat", dir.resolve("big").toString());
      Await.until("the read waits", DEADLINE, () -> proxy.accepted() > 1);
      thins3.signal("TERM");
      awaitLog(thins3, "stopping: SIGTERM");
      assertThat(Thins3Process.isMounted(dir)).as("what runs is waited for").isTrue();
      thins3.signal("TERM");
      assertThat(thins3.awaitExit()).as(thins3.output()).isZero();
      assertThat(thins3.output()).contains("in use by cat (" + reader.pid() + ")");
      assertThat(Thins3Process.isMounted(dir)).isFalse();
    }
  }

  @Test
  void umountFromOutside_readUnderWay_exitsWithZero() throws Exception {
    try (Thins3Process thins3 = mount()) {
      proxy.stallAfter(0, Integer.MAX_VALUE);
      Process reader = start("cat", dir.resolve("big").toString());
      Await.until("the read waits", DEADLINE, () -> proxy.accepted() > 1);
      assertThat(Shell.run("umount", "-l", dir.toString()).exitCode()).isZero();
      reader.destroyForcibly();
      assertThat(thins3.awaitExit()).as(thins3.output()).isZero();
    }
  }

  @Test
  void killedWithAutoUnmount_theMountGoesToo() throws Exception {
    try (Thins3Process thins3 = mount("-o", "auto_unmount")) {
      assertThat(Files.readString(dir.resolve("testfile"))).isEqualTo("hello\n");
      thins3.kill();
      Await.until("it is unmounted", DEADLINE, () -> !Thins3Process.isMounted(dir));
      assertThat(Shell.run("ls", "-A", dir.toString())).isEqualTo(new Shell.Result(0, ""));
    }
  }

  @Test
  void killedWithoutAutoUnmount_deadMountStaysForTheNextStart() throws Exception {
    try (Thins3Process first = mount()) {
      first.kill();
      assertThat(Thins3Process.isMounted(dir)).isTrue();
      try (Thins3Process second = mount()) {
        Await.until(
            "content through the second mount",
            DEADLINE,
            () -> Files.readString(dir.resolve("testfile")).equals("hello\n"));
        assertThat(second.terminate()).as(second.output()).isZero();
      }
    }
  }
}
