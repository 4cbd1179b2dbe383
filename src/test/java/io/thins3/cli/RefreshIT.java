package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.thins3.config.ExitCode;
import io.thins3.testing.Await;
import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.Shell;
import io.thins3.testing.Thins3Process;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is believed for ever is asked for again after {@code thins3 refresh}. */
@Timeout(300)
class RefreshIT {
  private static final String[] FOR_EVER = {
    "--metadata-ttl", "indefinite", "--negative-ttl", "indefinite"
  };

  private final S3Server server = S3Server.shared();
  private final String bucket = server.createBucket();
  private Path directory = Path.of("/nowhere");
  private Path mount = Path.of("/nowhere");
  private Path runtime = Path.of("/nowhere");

  @BeforeEach
  void directories(@TempDir Path temporary) throws IOException {
    directory = temporary.toRealPath();
    mount = Files.createDirectory(directory.resolve("mount"));
    runtime = Files.createDirectory(directory.resolve("run"));
  }

  private Thins3Process mount(String... more) throws Exception {
    List<String> options = new ArrayList<>(List.of(FOR_EVER));
    options.addAll(List.of(more));
    Thins3Process thins3 =
        MountCommand.of(server, bucket, mount)
            .with("XDG_RUNTIME_DIR", runtime.toString())
            .mount(options.toArray(String[]::new));
    socket(1);
    return thins3;
  }

  /** The mount can be seen before it has its socket. */
  private Path socket(int number) {
    List<Path> found = new ArrayList<>();
    Await.until(
        "socket in " + runtime,
        Duration.ofSeconds(30),
        () -> {
          found.clear();
          try (Stream<Path> all = Files.list(runtime.resolve("thins3"))) {
            all.filter(path -> path.toString().endsWith(".sock")).forEach(found::add);
          }
          return found.size() == number;
        });
    return found.get(0);
  }

  private Shell.Result thins3(List<String> prefix, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(prefix);
    command.add(Thins3Process.launcher().toString());
    command.addAll(List.of(arguments));
    return Shell.run(Map.of("XDG_RUNTIME_DIR", runtime.toString()), command);
  }

  private void refresh(Path... paths) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("refresh"));
    Stream.of(paths).map(Path::toString).forEach(arguments::add);
    Shell.Result result = thins3(List.of(), arguments.toArray(String[]::new));
    assertThat(result.out()).isEmpty();
    assertThat(result.exitCode()).isZero();
  }

  private void put(String key, String content) {
    server.put(bucket, key, content.getBytes(StandardCharsets.UTF_8));
  }

  private String sh(String script) throws Exception {
    return Shell.run("bash", "-c", "cd '" + mount + "' && " + script).out();
  }

  @Test
  void changedAddedRemoved_notSeenUntilRefreshed() throws Exception {
    put("d/changed", "1");
    put("d/removed", "1");
    put("d/sub/deep", "1");
    put("other/changed", "1");
    try (Thins3Process thins3 = mount()) {
      String look =
          "find . | sort; stat -c %s d/changed other/changed; ls d/sub; stat -c %s d/added absent";
      String before = sh(look);
      assertThat(before).contains("./d/removed", "cannot stat").doesNotContain("./d/added");

      put("d/changed", "22");
      put("d/added", "333");
      put("d/sub/new", "1");
      put("other/changed", "22");
      put("absent", "4444");
      server.delete(bucket, "d/removed");
      assertThat(sh(look)).as("believed for ever").isEqualTo(before);

      refresh(mount.resolve("d"));
      assertThat(sh("ls d")).isEqualTo("added\nchanged\nsub\n");
      assertThat(sh("ls d/sub")).isEqualTo("deep\nnew\n");
      assertThat(sh("stat -c %s d/changed d/added")).isEqualTo("2\n3\n");
      assertThat(sh("stat -c %s d/removed")).contains("No such file");
      assertThat(sh("cat d/changed d/added")).isEqualTo("22333");
      assertThat(sh("stat -c %s other/changed")).as("not below it").isEqualTo("1\n");
      assertThat(sh("stat -c %s absent")).as("not below it").contains("No such file");

      refresh(mount.resolve("absent"), mount.resolve("other/changed"));
      assertThat(sh("stat -c %s absent other/changed")).isEqualTo("4\n2\n");
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    }
  }

  @Test
  void mountPointRefreshed_absencesInTheRootAreForgotten() throws Exception {
    put("there", "1");
    try (Thins3Process thins3 = mount()) {
      assertThat(sh("stat -c %s a b/c there")).contains(" 'a': No such", " 'b/c': No such", "1\n");
      put("a", "22");
      put("b/c", "333");
      assertThat(sh("stat -c %s a b/c")).contains(" 'a': No such", " 'b/c': No such");

      refresh(mount);

      assertThat(sh("stat -c %s a b/c")).isEqualTo("2\n3\n");
      assertThat(sh("ls")).isEqualTo("a\nb\nthere\n");
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    }
  }

  @Test
  void fileBelowWhatWasAbsent_refreshed_isThere() throws Exception {
    try (Thins3Process thins3 = mount()) {
      assertThat(sh("stat -c %s new/deep/file")).contains("No such file");
      put("new/deep/file", "22");

      refresh(mount.resolve("new/deep/file"));

      assertThat(sh("stat -c %s new/deep/file")).isEqualTo("2\n");
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    }
  }

  @Test
  void fileBecomesDirectoryAndBack_refreshed_isWhatItIs() throws Exception {
    put("x", "1");
    put("y/z", "1");
    try (Thins3Process thins3 = mount()) {
      assertThat(sh("stat -c %F x y")).isEqualTo("regular file\ndirectory\n");
      server.delete(bucket, "x");
      server.delete(bucket, "y/z");
      put("x/y", "22");
      put("y", "22");

      refresh(mount.resolve("x"), mount.resolve("y"));

      assertThat(sh("stat -c %F x y; cat x/y y")).isEqualTo("directory\nregular file\n2222");
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    }
  }

  @Test
  void openFileAndWorkingDirectory_refreshed_stayUsable() throws Exception {
    put("d/file", "old!");
    try (Thins3Process thins3 = mount()) {
      try (SeekableByteChannel open = Files.newByteChannel(mount.resolve("d/file"))) {
        ByteBuffer some = ByteBuffer.allocate(4);
        assertThat(open.read(some)).isEqualTo(4);
        put("d/file", "newer");
        String out =
            sh(
                "cd d && XDG_RUNTIME_DIR='"
                    + runtime
                    + "' '"
                    + Thins3Process.launcher()
                    + "' refresh . && cat file && /bin/pwd");
        assertThat(out).isEqualTo("newer" + mount.resolve("d") + "\n");
        assertThat(open.size()).as("one file, one version").isEqualTo(4);
      }
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    }
  }

  @Test
  void twoMounts_oneRefreshed_theOtherIsNot() throws Exception {
    put("f", "1");
    Path second = Files.createDirectory(directory.resolve("second"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("second/../mount"));
    try (Thins3Process one = mount();
        Thins3Process two =
            MountCommand.of(server, bucket, second)
                .with("XDG_RUNTIME_DIR", runtime.toString())
                .mount(FOR_EVER)) {
      socket(2);
      assertThat(Files.size(mount.resolve("f"))).isEqualTo(1);
      assertThat(Files.size(second.resolve("f"))).isEqualTo(1);
      put("f", "22");

      refresh(link.resolve("f"));
      assertThat(Files.size(mount.resolve("f"))).isEqualTo(2);
      assertThat(Files.size(second.resolve("f"))).isEqualTo(1);

      refresh(second, mount);
      assertThat(Files.size(second.resolve("f"))).isEqualTo(2);
      assertThat(two.terminate()).as(two.output()).isZero();
      socket(1);
      assertThat(one.terminate()).as(one.output()).isZero();
      socketsGone();
    }
  }

  private void socketsGone() throws IOException {
    try (Stream<Path> left = Files.list(runtime.resolve("thins3"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void unmountedFromOutside_socketIsGone() throws Exception {
    try (Thins3Process thins3 = mount()) {
      assertThat(Shell.run("umount", mount.toString()).exitCode()).isZero();
      assertThat(thins3.awaitExit()).as(thins3.output()).isZero();
      socketsGone();
    }
  }

  @Test
  void killed_nextMountRemovesTheDeadSocket() throws Exception {
    try (Thins3Process thins3 = mount()) {
      Path dead = socket(1);
      thins3.kill();
      assertThat(dead).exists();
      Shell.Result result = thins3(List.of(), "refresh", mount.toString());
      assertThat(result.exitCode()).isEqualTo(ExitCode.CONTROL.code());
      assertThat(result.out()).contains("does not answer at " + dead);
    }
    Path held = Files.createDirectory(directory.resolve("held"));
    // Keeps the dead mount's device number from being given again.
    assertThat(Shell.run("mount", "-t", "tmpfs", "none", held.toString()).exitCode()).isZero();
    try (Thins3Process thins3 = mount()) {
      refresh(mount);
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    } finally {
      Shell.run("umount", held.toString());
    }
  }

  @Test
  void garbageOnTheSocket_mountIsUnaffected() throws Exception {
    put("f", "1");
    try (Thins3Process thins3 = mount()) {
      try (SocketChannel silent = SocketChannel.open(StandardProtocolFamily.UNIX);
          SocketChannel noise = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        silent.connect(UnixDomainSocketAddress.of(socket(1)));
        noise.connect(UnixDomainSocketAddress.of(socket(1)));
        noise.write(ByteBuffer.wrap("\u0000nonsense\n".getBytes(StandardCharsets.UTF_8)));
        ByteBuffer answer = ByteBuffer.allocate(1000);
        while (noise.read(answer) >= 0) {
          assertThat(answer.hasRemaining()).isTrue();
        }
        assertThat(new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8))
            .contains("\"error\"");
        assertThat(Files.size(mount.resolve("f"))).isEqualTo(1);
        put("f", "22");
        refresh(mount.resolve("f"));
        assertThat(Files.size(mount.resolve("f"))).isEqualTo(2);
      }
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
      assertThat(thins3.output()).doesNotContain("WARN", "ERROR");
    }
  }

  @Test
  void refreshAttribute_set_doesTheSame() throws Exception {
    put("d/f", "1");
    try (Thins3Process thins3 = mount()) {
      assertThat(sh("cat d/f; ls d")).isEqualTo("1f\n");
      put("d/f", "22");
      put("d/g", "333");
      assertThat(sh("stat -c %s d/f; ls d")).as("believed for ever").isEqualTo("1\nf\n");

      assertThat(sh("setfattr -n user.thins3.refresh -v 1 d 2>&1")).isEmpty();
      Await.until(
          "the kernel is told soon",
          Duration.ofSeconds(30),
          () -> sh("stat -c %s d/f; cat d/f; ls d").equals("2\n22f\ng\n"));
      assertThat(sh("setfattr -n user.thins3.refresh . 2>&1")).as("the mount point").isEmpty();
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    }
  }

  @Test
  void refresh_byAnotherUser_refused() throws Exception {
    List<String> other =
        List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env");
    List<String> readsIt = new ArrayList<>(other);
    readsIt.addAll(List.of("test", "-r", Thins3Process.launcher().toString()));
    assumeThat(Shell.run(readsIt).exitCode())
        .as("another user can read %s", Thins3Process.launcher())
        .isZero();
    // The tests' own arguments for Java name files that only their user can read.
    List<String> command = new ArrayList<>(other);
    command.add("THINS3_JAVA_OPTS=");
    try (Thins3Process thins3 = mount()) {
      Shell.Result result = thins3(command, "refresh", mount.toString());
      assertThat(result.out()).contains("was mounted by user 0; only that user and root");
      assertThat(result.exitCode()).isEqualTo(ExitCode.CONTROL.code());
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    }
  }

  @Test
  void refresh_wrongPaths_oneLineAndACode() throws Exception {
    Shell.Result outside = thins3(List.of(), "refresh", directory.toString());
    assertThat(outside.out())
        .startsWith("thins3: " + directory + " lies in no mount of thins3")
        .hasLineCount(1);
    assertThat(outside.exitCode()).isEqualTo(ExitCode.MOUNT_POINT.code());
    Shell.Result none = thins3(List.of(), "refresh");
    assertThat(none.out()).contains("PATH is missing").hasLineCount(1);
    assertThat(none.exitCode()).isEqualTo(ExitCode.USAGE.code());
    Shell.Result empty = thins3(List.of(), "refresh", "");
    assertThat(empty.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(thins3(List.of(), "refresh", "--help").out()).contains("thins3 refresh PATH...");
  }

  @Test
  void mount_runtimeDirectoryThatWillNotDo_anotherIsFound() throws Exception {
    put("f", "1");

    try (Thins3Process thins3 =
        Thins3Process.start(
                mount,
                withoutRuntime(),
                "mount",
                "-f",
                "--endpoint",
                server.endpoint().toString(),
                bucket,
                mount.toString())
            .awaitMounted()) {
      assertThat(Files.size(mount.resolve("f"))).isEqualTo(1);
      refresh(mount);
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    }
  }

  private Map<String, String> withoutRuntime() {
    HashMap<String, String> environment = new HashMap<>(server.keys());
    environment.put("XDG_RUNTIME_DIR", "/dev/null/x");
    return environment;
  }

  @Test
  void libfuse_refreshed_seenOnceTheKernelsTimesArePast() throws Exception {
    put("d/f", "1");
    try (Thins3Process thins3 = mount("--transport", "libfuse")) {
      assertThat(sh("cat d/f; ls d")).isEqualTo("1f\n");
      put("d/f", "22");
      put("d/g", "333");
      refresh(mount.resolve("d"));
      Await.until(
          "new content and name",
          Duration.ofSeconds(30),
          () -> sh("stat -c %s d/f; cat d/f; ls d").equals("2\n22f\ng\n"));
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    }
  }
}
