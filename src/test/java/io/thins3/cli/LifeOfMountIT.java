package io.thins3.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.thins3.testing.Await;
import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.Shell;
import io.thins3.testing.Thins3Process;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How mounts of the distribution begin and end. */
class LifeOfMountIT {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @TempDir Path temporary = Path.of("/nowhere");

  private final S3Server server = S3Server.shared();
  private String bucket = "";
  private FluidDirectory fluid = new FluidDirectory(Path.of("/nowhere"));

  @BeforeEach
  void articleFiles() throws Exception {
    bucket = server.createBucket();
    server.put(bucket, "testfile", "hello\n".getBytes(UTF_8));
    server.put(bucket, "p/q/below", "below\n".getBytes(UTF_8));
    fluid = new FluidDirectory(temporary.toRealPath()).article(server, bucket);
  }

  private MountCommand mount(Path dir) {
    return MountCommand.of(server, bucket, dir)
        .with("XDG_STATE_HOME", temporary.resolve("state").toString());
  }

  private Thins3Process startFluid() throws Exception {
    return Thins3Process.start(fluid.targetPath(), Map.of(), fluid.arguments());
  }

  @Test
  void sigterm_exitsWithZeroAndUnmounts() throws Exception {
    try (Thins3Process thins3 = startFluid().awaitMounted()) {
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
      assertThat(Thins3Process.isMounted(fluid.targetPath())).isFalse();
    }
  }

  @Test
  void sigint_exitsWithZeroAndUnmounts() throws Exception {
    try (Thins3Process thins3 = startFluid().awaitMounted()) {
      thins3.signal("INT");
      assertThat(thins3.awaitExit()).as(thins3.output()).isZero();
      assertThat(Thins3Process.isMounted(fluid.targetPath())).isFalse();
    }
  }

  @Test
  void sighup_exitsWithZeroAndUnmounts() throws Exception {
    try (Thins3Process thins3 = startFluid().awaitMounted()) {
      thins3.signal("HUP");
      assertThat(thins3.awaitExit()).as(thins3.output()).isZero();
      assertThat(Thins3Process.isMounted(fluid.targetPath())).isFalse();
    }
  }

  @Test
  void umountFromOutside_exitsWithZero() throws Exception {
    try (Thins3Process thins3 = startFluid().awaitMounted()) {
      assertThat(Shell.run("umount", fluid.targetPath().toString()).exitCode()).isZero();
      assertThat(thins3.awaitExit()).as(thins3.output()).isZero();
    }
  }

  @Test
  void killed_nextStartMountsOverTheDeadMount() throws Exception {
    try (Thins3Process first = startFluid().awaitMounted()) {
      first.kill();
      assertThat(Shell.run("ls", fluid.targetPath().toString()).out())
          .contains("Transport endpoint is not connected");
      try (Thins3Process second = startFluid()) {
        Await.until(
            "content through the second mount",
            DEADLINE,
            () -> Files.readString(fluid.targetPath().resolve("testfile")).equals("hello\n"));
        assertThat(second.terminate()).as(second.output()).isZero();
        assertThat(Thins3Process.isMounted(fluid.targetPath())).isFalse();
      }
    }
  }

  @Test
  void secondMountAtOnePlace_isRefusedAndTheFirstGoesOn() throws Exception {
    try (Thins3Process first = startFluid().awaitMounted()) {
      try (Thins3Process second = startFluid()) {
        assertThat(second.awaitExit()).as(second.output()).isEqualTo(8);
        assertThat(second.output()).contains(fluid.targetPath().toString(), "fuse.thins3");
        assertThat(Files.readString(fluid.targetPath().resolve("testfile"))).isEqualTo("hello\n");
      }
      assertThat(first.terminate()).isZero();
    }
  }

  @Test
  void noMounts_serveAnEmptyDirectory() throws Exception {
    fluid.config("{\"mounts\":[],\"targetPath\":\"" + fluid.targetPath() + "\"}");
    try (Thins3Process thins3 = startFluid().awaitMounted()) {
      assertThat(Shell.run("ls", "-A", fluid.targetPath().toString()))
          .isEqualTo(new Shell.Result(0, ""));
      assertThat(thins3.terminate()).isZero();
    }
  }

  @Test
  void storeDownAtStart_mountsAndServesWhenItIsBack() throws Exception {
    S3Server own = S3Server.start();
    try {
      String name = own.createBucket();
      own.put(name, "testfile", "back\n".getBytes(UTF_8));
      fluid.article(own, name);
      own.stop();
      try (Thins3Process thins3 = startFluid().awaitMounted()) {
        assertThat(Shell.run("stat", fluid.targetPath().toString()).exitCode()).isZero();
        own.startAgain();
        Await.until(
            "content when the store is back",
            DEADLINE,
            () -> Files.readString(fluid.targetPath().resolve("testfile")).equals("back\n"));
        assertThat(thins3.terminate()).as(thins3.output()).isZero();
      }
    } finally {
      own.close();
    }
  }

  @Test
  void mountInBackground_launcherReturnsWhenUsable() throws Exception {
    Path dir = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
    try (Thins3Process launcher =
        Thins3Process.start(
            dir,
            mount(dir).environment(),
            "mount",
            "--endpoint",
            server.endpoint().toString(),
            bucket + ":p",
            dir.toString())) {
      assertThat(launcher.awaitExit()).as(launcher.output()).isZero();
      assertThat(Files.readString(dir.resolve("q/below"))).isEqualTo("below\n");
      assertThat(Shell.run("umount", dir.toString()).exitCode()).isZero();
      Await.until(
          "the process in the background has ended",
          DEADLINE,
          () -> Shell.run("pgrep", "-f", dir.toString()).exitCode() == 1);
    }
  }

  @Test
  void mountWithoutSubcommand_foreground_isGoofysCommandLine() throws Exception {
    Path dir = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
    try (Thins3Process thins3 =
        Thins3Process.start(
                dir,
                mount(dir).environment(),
                "--endpoint",
                server.endpoint().toString(),
                "--uid",
                "1000",
                "--file-mode",
                "0600",
                "--stat-cache-ttl",
                "1m30s",
                "-f",
                "s3://" + bucket + "/p/",
                dir.toString())
            .awaitMounted()) {
      assertThat(Shell.run("stat", "-c", "%u %a", dir.resolve("q/below").toString()).out())
          .isEqualTo("1000 600\n");
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    }
  }

  /** The example of docs/TRANSPORTS.md. */
  @Test
  void mountOnDescriptor_processWithoutAnyRight_serves() throws Exception {
    Path dir = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
    String script =
        """
        exec 3<>/dev/fuse
        mount -i -t fuse.thins3 -o fd=3,rootmode=40000,user_id=0,group_id=0 thins3:test DIR || exit 1
        setpriv --bounding-set=-all --inh-caps=-all --no-new-privs \
          LAUNCHER mount -f --endpoint ENDPOINT BUCKET /dev/fd/3 >LOG 2>&1 &
        server=$!
        exec 3>&-
        cat DIR/testfile
        kill -TERM $server
        wait $server
        echo "exit code $?"
        umount DIR
        """
            .replace("DIR", dir.toString())
            .replace("LAUNCHER", Thins3Process.launcher().toString())
            .replace("ENDPOINT", server.endpoint().toString())
            .replace("BUCKET", bucket)
            .replace("LOG", temporary.resolve("log").toString());
    assertThat(Shell.run(mount(dir).environment(), List.of("bash", "-c", script)))
        .as(() -> log(temporary.resolve("log")))
        .isEqualTo(new Shell.Result(0, "hello\nexit code 0\n"));
  }

  /** What stays of it with auto_unmount keeps nobody waiting who reads its output. */
  @Test
  void mountInBackground_autoUnmountInACommandSubstitution_returns() throws Exception {
    Path dir = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
    String script =
        """
        out=$(LAUNCHER mount -o auto_unmount --endpoint ENDPOINT BUCKET DIR 2>&1)
        echo "returned $? $out"
        cat DIR/testfile
        umount DIR
        """
            .replace("DIR", dir.toString())
            .replace("LAUNCHER", Thins3Process.launcher().toString())
            .replace("ENDPOINT", server.endpoint().toString())
            .replace("BUCKET", bucket);
    try {
      assertThat(Shell.run(mount(dir).environment(), List.of("bash", "-c", script)))
          .isEqualTo(new Shell.Result(0, "returned 0 \nhello\n"));
    } finally {
      if (Thins3Process.isMounted(dir)) {
        Shell.run("umount", "-l", dir.toString());
      }
    }
    Await.until(
        "the process in the background has ended",
        DEADLINE,
        () -> Shell.run("pgrep", "-f", dir.toString()).exitCode() == 1);
  }

  @Test
  void readAgain_sameEtag_fromThePageCacheUntilItIsAnother() throws Exception {
    int size = 300_000;
    byte[] one = new byte[size];
    byte[] other = new byte[size];
    java.util.Arrays.fill(other, (byte) 7);
    server.put(bucket, "big", one);
    Path dir = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
    try (Thins3Process thins3 = mount(dir).mount("--debug_fuse", "--metadata-ttl", "0")) {
      Path file = dir.resolve("big");
      for (int i = 0; i < 5; i++) {
        assertThat(Files.readAllBytes(file)).isEqualTo(one);
      }
      server.put(bucket, "big", other);
      for (int i = 0; i < 5; i++) {
        assertThat(Files.readAllBytes(file)).isEqualTo(other);
      }
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
      long read =
          Pattern.compile("DEBUG fuse read /big [0-9]+ bytes at [0-9]+: ([0-9]+) in")
              .matcher(thins3.output())
              .results()
              .mapToLong(result -> Long.parseLong(result.group(1)))
              .sum();
      // The kernel asks for a few pages of its own read-ahead again, once in some twenty runs.
      assertThat(read)
          .as("each version once, and not five times")
          .isBetween(2L * size, 2L * size + size / 2);
    }
  }

  /** Later versions of Java than the one that the build runs on. */
  @Test
  void java25_mountsAndServes() throws Exception {
    Path jvms = Path.of("/usr/lib/jvm");
    Optional<Path> java25 = Optional.empty();
    if (Files.isDirectory(jvms)) {
      try (Stream<Path> all = Files.list(jvms)) {
        java25 = all.filter(LifeOfMountIT::isJava25).findFirst();
      }
    }
    assumeTrue(java25.isPresent(), "not checked: no JDK 25 in " + jvms);
    Path dir = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
    try (Thins3Process thins3 =
        mount(dir).with("JAVA_HOME", java25.orElseThrow().toString()).mount()) {
      assertThat(Files.readSymbolicLink(Path.of("/proc/" + thins3.pid() + "/exe")))
          .isEqualTo(java25.orElseThrow().resolve("bin/java").toRealPath());
      assertThat(Files.readString(dir.resolve("testfile"))).isEqualTo("hello\n");
      assertThat(Shell.run("ls", dir.resolve("p").toString()).out()).isEqualTo("q\n");
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
      assertThat(thins3.output()).doesNotContain("WARNING");
    }
  }

  private static boolean isJava25(Path home) {
    try {
      return Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"25");
    } catch (java.io.IOException e) {
      return false;
    }
  }

  private static String log(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }

  @Test
  void debugFuse_eachRequestIsALineWithItsPath() throws Exception {
    Path dir = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
    try (Thins3Process thins3 = mount(dir).mount("--debug_fuse")) {
      assertThat(Files.readString(dir.resolve("testfile"))).isEqualTo("hello\n");
      assertThat(Files.exists(dir.resolve("line\nbreak"))).isFalse();
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
      assertThat(thins3.output())
          .containsPattern("(?m) DEBUG fuse open /testfile: 0 in [0-9.]+ ms$")
          .containsPattern("(?m) DEBUG fuse read /testfile [0-9]+ bytes at 0: 6 in [0-9.]+ ms$")
          .containsPattern("(?m) DEBUG fuse lookup /line\\\\nbreak: ENOENT in [0-9.]+ ms$")
          .containsPattern("(?m) DEBUG fuse requests: LOOKUP [0-9]+, .*READ 1 \\(4 KiB: 1\\)");
    }
  }

  @Test
  void metadataTtlZero_replacedObjectShowsItsSizeAtOnce() throws Exception {
    Path dir = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
    try (Thins3Process thins3 = mount(dir).mount("--metadata-ttl", "0")) {
      Path file = dir.resolve("testfile");
      // Often, because without the option it is right whenever a second has passed.
      for (int size = 1; size <= 20; size++) {
        server.put(bucket, "testfile", new byte[size]);
        assertThat(Files.size(file)).isEqualTo(size);
      }
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    }
  }

  @Test
  void commandLineAndLog_neverShowCredentials() throws Exception {
    try (Thins3Process thins3 = startFluid().awaitMounted()) {
      String commandLine = Files.readString(Path.of("/proc/" + thins3.pid() + "/cmdline"));
      assertThat(commandLine).doesNotContain(server.secretKey());
      assertThat(thins3.output()).doesNotContain(server.secretKey());
      assertThat(thins3.terminate()).isZero();
    }
  }
}
