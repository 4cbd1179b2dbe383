package io.thins3.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.config.Owner;
import io.thins3.testing.Await;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ControlServerTest {
  private static final int UID = Owner.ofProcess().uid();
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private Path temporary = Path.of("/nowhere");
  private Path directory = Path.of("/nowhere");

  @BeforeEach
  void directory(@TempDir Path temporary) {
    this.temporary = temporary;
    directory = temporary.resolve("sockets");
  }

  private ControlServer start(Duration line, Map<String, ControlCommand> commands)
      throws IOException {
    return ControlServer.start(List.of(directory), UID, "0:57", commands, line);
  }

  private ControlServer start() throws IOException {
    return start(Duration.ofSeconds(20), Map.of("echo", ControlServerTest::echo));
  }

  private static Map<String, Boolean> echo(List<String> arguments) throws ControlException {
    if (arguments.contains("refuse")) {
      throw new ControlException("as you wish");
    }
    if (arguments.contains("fail")) {
      throw new IllegalStateException("a test's");
    }
    return Map.of("done", arguments.equals(List.of("a b", "ü\n")));
  }

  private static boolean done(ControlServer server) throws Exception {
    return ControlClient.ask(server.socket(), "echo", List.of("a b", "ü\n"), DEADLINE)
        .path("done")
        .asBoolean();
  }

  private static String raw(ControlServer server, byte[] bytes) throws IOException {
    try (SocketChannel channel = connect(server)) {
      channel.write(ByteBuffer.wrap(bytes));
      return rest(channel);
    }
  }

  private static SocketChannel connect(ControlServer server) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(server.socket()));
    return channel;
  }

  private static String rest(SocketChannel channel) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(1 << 17);
    try {
      while (channel.read(all) >= 0) {
        assertThat(all.hasRemaining()).isTrue();
      }
    } catch (IOException e) {
      // Reset behind the answer: not all that was sent had been read.
      assertThat(all.position()).as("bytes before %s", e).isPositive();
    }
    return new String(all.array(), 0, all.position(), StandardCharsets.UTF_8);
  }

  @Test
  void request_known_answeredAndOwnerOnly() throws Exception {
    try (ControlServer server = start()) {
      assertThat(done(server)).isTrue();
      assertThat(server.socket()).isEqualTo(directory.resolve("0-57.sock"));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
          .isEqualTo("rwx------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.socket())))
          .isEqualTo("rw-------");
    }
    try (var left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void request_refusedFailedOrUnknown_errorForTheUser() throws Exception {
    try (ControlServer server = start()) {
      assertThatThrownBy(
              () -> ControlClient.ask(server.socket(), "echo", List.of("refuse"), DEADLINE))
          .isInstanceOf(ControlException.class)
          .hasMessage("as you wish");
      assertThatThrownBy(
              () -> ControlClient.ask(server.socket(), "echo", List.of("fail"), DEADLINE))
          .isInstanceOf(ControlException.class)
          .hasMessageContaining("internal error");
      assertThatThrownBy(() -> ControlClient.ask(server.socket(), "dance", List.of(), DEADLINE))
          .isInstanceOf(ControlException.class)
          .hasMessageContaining("no command of that name");
      assertThat(done(server)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n",
        "garbage\n",
        "[]\n",
        "{}\n",
        "{\"version\":2,\"command\":\"echo\"}\n",
        "{\"version\":1}\n",
        "{\"version\":1,\"command\":7}\n",
        "{\"version\":1,\"command\":\"echo\",\"arguments\":\"x\"}\n",
        "{\"version\":1,\"command\":\"echo\",\"arguments\":[1]}\n",
        "{\"version\":1,\"command\":\"echo\"} {}\n",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n",
        "\u0000\u0001\n"
      })
  void request_garbage_errorAndOthersAreServed(String line) throws Exception {
    try (ControlServer server = start()) {
      assertThat(raw(server, line.getBytes(StandardCharsets.UTF_8)))
          .startsWith("{\"version\":1,\"error\":\"")
          .endsWith("\"}\n");
      assertThat(done(server)).isTrue();
    }
  }

  @Test
  void request_unknownFields_passedOver() throws Exception {
    try (ControlServer server = start()) {
      assertThat(
              raw(
                  server,
                  "{\"later\":[1],\"version\":1,\"command\":\"echo\"}\n"
                      .getBytes(StandardCharsets.UTF_8)))
          .isEqualTo("{\"version\":1,\"result\":{\"done\":false}}\n");
    }
  }

  @Test
  void request_withoutEnd_refusedWhenTooLong() throws Exception {
    try (ControlServer server = start()) {
      assertThat(
              raw(
                  server,
                  "x".repeat(ControlMessages.LONGEST_LINE).getBytes(StandardCharsets.UTF_8)))
          .contains("too long");
      assertThat(done(server)).isTrue();
    }
  }

  @Test
  void clients_thatSendNothingOrHalf_areClosedAtTheDeadline() throws Exception {
    try (ControlServer server =
        start(Duration.ofMillis(200), Map.of("echo", ControlServerTest::echo))) {
      try (SocketChannel silent = connect(server);
          SocketChannel half = connect(server)) {
        half.write(ByteBuffer.wrap("{\"version".getBytes(StandardCharsets.UTF_8)));
        ByteBuffer one = ByteBuffer.allocate(1);
        assertThat(silent.read(one)).isEqualTo(-1);
        assertThat(closed(half)).isTrue();
      }
      assertThat(done(server)).isTrue();
    }
  }

  private static boolean closed(SocketChannel channel) {
    try {
      return channel.read(ByteBuffer.allocate(1)) == -1;
    } catch (IOException e) {
      return true; // reset
    }
  }

  @Test
  void clients_moreThanServed_closedAtOnceAndOthersServedLater() throws Exception {
    try (ControlServer server = start()) {
      List<SocketChannel> held = new ArrayList<>();
      try {
        for (int i = 0; i < 32; i++) {
          held.add(connect(server));
        }
        try (SocketChannel tooMany = connect(server)) {
          assertThat(closed(tooMany)).isTrue();
        }
      } finally {
        for (SocketChannel one : held) {
          one.close();
        }
      }
      Await.until("served again", DEADLINE, () -> done(server));
    }
  }

  @Test
  void close_whileACommandRuns_interruptsItAndLeavesNothing() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    ControlServer server =
        start(
            DEADLINE,
            Map.of(
                "wait",
                arguments -> {
                  running.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } finally {
                    interrupted.countDown();
                  }
                  return Map.of();
                }));
    try (SocketChannel client = connect(server)) {
      client.write(
          ByteBuffer.wrap(
              "{\"version\":1,\"command\":\"wait\"}\n".getBytes(StandardCharsets.UTF_8)));
      assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
      server.close();
      assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(closed(client)).isTrue();
    }
    assertThat(server.socket()).doesNotExist();
  }

  @Test
  void start_socketOfADeadProcess_isReplacedAndOthersRemoved() throws Exception {
    Files.createDirectory(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    for (String name : List.of("0-57.sock", "0-58.sock")) {
      try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        dead.bind(UnixDomainSocketAddress.of(directory.resolve(name)));
      }
    }
    Path foreign = Files.createFile(directory.resolve("mine.txt"));
    try (ControlServer server = start()) {
      assertThat(done(server)).isTrue();
      assertThat(directory.resolve("0-58.sock")).doesNotExist();
      assertThat(foreign).exists();
    }
  }

  @Test
  void start_nameOfOneThatIsJustEnding_takenAndNotRemovedByIt() throws Exception {
    ControlServer old = start();
    try (ControlServer server = start()) {
      old.close();
      assertThat(server.socket()).exists();
      assertThat(done(server)).isTrue();
    }
    assertThat(old.socket()).doesNotExist();
  }

  @Test
  void start_directoriesThatWillNotDo_nextOneOrAllReasons() throws Exception {
    Path open = Files.createDirectory(temporary.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), temporary);
    Path missing = temporary.resolve("missing/sockets");
    Path tooLong = temporary.resolve("x".repeat(110));
    List<Path> bad = List.of(open, link, missing, tooLong);
    assertThatThrownBy(() -> ControlServer.start(bad, UID, "0:57", Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("open to others", "no directory", "not there", "too long");

    List<Path> all = new ArrayList<>(bad);
    all.add(directory);
    try (ControlServer server = ControlServer.start(all, UID, "0:57", Map.of())) {
      assertThat(server.socket()).startsWith(directory);
    }
  }

  @Test
  void start_directoryOfAnotherUser_refused() {
    assertThatThrownBy(() -> ControlServer.start(List.of(directory), UID + 1, "0:57", Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("belongs to another user");
  }

  @Test
  void directories_environment_runtimeDirectoryFirstAndNoRelativeOne() {
    assertThat(ControlSockets.directories(Map.of("XDG_RUNTIME_DIR", "/run/x"), 7))
        .containsExactly(
            Path.of("/run/x/thins3"),
            Path.of("/run/user/7/thins3"),
            Path.of("/run/thins3-7"),
            Path.of("/tmp/thins3-7"));
    assertThat(ControlSockets.directories(Map.of("XDG_RUNTIME_DIR", "run"), -1)).hasSize(3);
    assertThat(ControlSockets.directories(Map.of(), -1).get(2))
        .isEqualTo(Path.of("/tmp/thins3-4294967295"));
  }
}
