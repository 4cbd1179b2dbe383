package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.thins3.fuse.linux.FuseProtocol.fuse_create_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_in_header;
import io.thins3.fuse.linux.FuseProtocol.fuse_setattr_in;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Feeds requests to the dispatcher that are right but for a few mutations. Whatever comes, it lives
 * on, gives each request its one answer, and passes nothing on that a file system may not be given.
 */
class DispatcherFuzzTest {
  private static final int ROUNDS = 60_000;

  /** These have no answer, or one only sometimes. */
  private static final Set<Opcode> WITHOUT_ANSWER =
      Set.of(Opcode.FORGET, Opcode.BATCH_FORGET, Opcode.INTERRUPT);

  private final FakeKernel kernel = new FakeKernel();
  private final CheckingFileSystem fileSystem = new CheckingFileSystem();
  private final Connection connection =
      new Connection(fileSystem, kernel, new SyncExecutor(4, ROUNDS), ServingOptions.PLAIN);
  private final Dispatcher dispatcher = new Dispatcher(connection, Clock.systemUTC());
  private NativeBuffer buffer = NativeBuffer.allocate(Connection.REQUEST_SIZE);
  private final Request request = new Request(buffer.bytes());

  /** Thousands of warnings about malformed requests are of no use to a reader of the test's log. */
  private static void logErrorsOnly(boolean only) {
    for (Class<?> logging : List.of(Dispatcher.class, Connection.class, NodeTable.class)) {
      ((Logger) LoggerFactory.getLogger(logging)).setLevel(only ? Level.ERROR : null);
    }
  }

  @BeforeEach
  void quiet() {
    logErrorsOnly(true);
  }

  @AfterEach
  void loud() {
    logErrorsOnly(false);
  }

  @Test
  void mutatedRequests_anyOfThem_answeredOnceAndSurvived() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed of the fuzzer: " + seed);
    Random random = new Random(seed);
    long file = openedHandle(Requests.of(Opcode.OPEN, 2, 1).ints(0, 0));
    long directory = openedHandle(Requests.of(Opcode.OPENDIR, 4, 1).ints(0, 0));
    List<byte[]> valid = valid(file, directory);
    Map<Long, byte[]> sent = new HashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = mutated(valid.get(random.nextInt(valid.size())), random);
      long unique = 1000 + 2L * round;
      if (bytes.length >= fuse_in_header.SIZE) {
        // Kept, so that the answer can be told.
        ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putLong(8, unique);
        sent.put(unique, bytes);
      }
      handle(bytes);
    }
    assertThat(connection.calls.awaitNone(Duration.ofSeconds(60))).isTrue();

    Map<Long, Integer> answers = new HashMap<>();
    // What has the id 0 is a notice (a direct write drops cached pages), which answers nothing.
    kernel.all().stream()
        .filter(message -> message.unique() != 0)
        .forEach(answer -> answers.merge(answer.unique(), 1, Integer::sum));
    assertThat(answers.values()).as("seed %d", seed).containsOnly(1);
    sent.forEach(
        (unique, bytes) -> {
          Opcode opcode =
              Opcode.of(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(4));
          if (opcode == null || !WITHOUT_ANSWER.contains(opcode)) {
            assertThat(answers)
                .as("seed %d, %s %s", seed, opcode, Arrays.toString(bytes))
                .containsKey(unique);
          }
        });
    assertThat(fileSystem.complaints).as("seed %d", seed).isEmpty();
    dispatcher.releaseAll();
    assertThat(connection.calls.awaitNone(Duration.ofSeconds(60))).isTrue();
    assertThat(fileSystem.open).as("seed %d", seed).isEmpty();
    connection.executor.shutdown();
  }

  private void handle(byte[] bytes) {
    // What an earlier request left lies behind this one, as in a reader's buffer.
    buffer.bytes().clear();
    buffer.bytes().put(0, bytes);
    request.attach(buffer.bytes(), bytes.length);
    buffer = dispatcher.handle(request, buffer);
  }

  private long openedHandle(Requests open) throws Exception {
    handle(open.build());
    return kernel.answer().body().getLong(0);
  }

  private static byte[] mutated(byte[] valid, Random random) {
    byte[] bytes = valid.clone();
    for (int i = random.nextInt(4); i > 0; i--) {
      switch (random.nextInt(5)) {
        case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        case 2 -> {
          // A number out of those that are wrong most often.
          int[] numbers = {0, -1, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0x10000, 4096};
          int at = random.nextInt(bytes.length) & ~3;
          if (at + 4 <= bytes.length) {
            ByteBuffer.wrap(bytes)
                .order(ByteOrder.nativeOrder())
                .putInt(at, numbers[random.nextInt(numbers.length)]);
          }
        }
        case 3 -> bytes = withLength(bytes, 1 + random.nextInt(bytes.length), random);
        default -> bytes = withLength(bytes, bytes.length + random.nextInt(100), random);
      }
    }
    return bytes;
  }

  /** Cut or grown, most often with the length in the header corrected. */
  private static byte[] withLength(byte[] bytes, int length, Random random) {
    byte[] other = Arrays.copyOf(bytes, length);
    if (length >= 4 && random.nextInt(4) > 0) {
      ByteBuffer.wrap(other).order(ByteOrder.nativeOrder()).putInt(0, length);
    }
    return other;
  }

  private static List<byte[]> valid(long file, long directory) {
    List<Requests> valid = new ArrayList<>();
    valid.add(Requests.of(Opcode.LOOKUP, 0, 1).name("name"));
    valid.add(Requests.of(Opcode.LOOKUP, 0, 1).name("no such name"));
    valid.add(Requests.of(Opcode.FORGET, 0, 2).longs(1));
    valid.add(Requests.of(Opcode.BATCH_FORGET, 0, 0).ints(2, 0).longs(2, 1, 3, 1));
    valid.add(Requests.of(Opcode.GETATTR, 0, 1).ints(1, 0).longs(file));
    valid.add(
        Requests.of(Opcode.SETATTR, 0, 1)
            .ints(0x7f, 0)
            .longs(file, 10, 0, 1, 2, 3)
            .ints(new int[(fuse_setattr_in.SIZE - 56) / 4]));
    valid.add(Requests.of(Opcode.READLINK, 0, 1));
    valid.add(Requests.of(Opcode.SYMLINK, 0, 1).name("name").name("target"));
    valid.add(Requests.of(Opcode.MKNOD, 0, 1).ints(0100644, 0, 022, 0).name("name"));
    valid.add(Requests.of(Opcode.MKDIR, 0, 1).ints(0755, 022).name("name"));
    valid.add(Requests.of(Opcode.UNLINK, 0, 1).name("name"));
    valid.add(Requests.of(Opcode.RMDIR, 0, 1).name("name"));
    valid.add(Requests.of(Opcode.RENAME, 0, 1).longs(1).name("old").name("new"));
    valid.add(Requests.of(Opcode.RENAME2, 0, 1).longs(1).ints(1, 0).name("old").name("new"));
    valid.add(Requests.of(Opcode.LINK, 0, 1).longs(1).name("new"));
    valid.add(Requests.of(Opcode.OPEN, 0, 1).ints(0, 0));
    valid.add(Requests.of(Opcode.READ, 0, 1).longs(file, 0).ints(4096, 0).longs(0, 0));
    valid.add(Requests.of(Opcode.WRITE, 0, 1).longs(file, 0).ints(5, 0).longs(0, 0).name("four"));
    valid.add(Requests.of(Opcode.STATFS, 0, 1));
    valid.add(Requests.of(Opcode.RELEASE, 0, 1).longs(file + 5).ints(0, 0).longs(0));
    valid.add(Requests.of(Opcode.FSYNC, 0, 1).longs(file).ints(1, 0));
    valid.add(Requests.of(Opcode.SETXATTR, 0, 1).ints(3, 0).name("user.a").bytes(new byte[3]));
    valid.add(Requests.of(Opcode.GETXATTR, 0, 1).ints(100, 0).name("user.a"));
    valid.add(Requests.of(Opcode.LISTXATTR, 0, 1).ints(0, 0));
    valid.add(Requests.of(Opcode.REMOVEXATTR, 0, 1).name("user.a"));
    valid.add(Requests.of(Opcode.FLUSH, 0, 1).longs(file, 0, 0));
    valid.add(Requests.of(Opcode.INIT, 0, 1).ints(new int[16]));
    valid.add(Requests.of(Opcode.OPENDIR, 0, 1).ints(0, 0));
    valid.add(Requests.of(Opcode.READDIR, 0, 1).longs(directory, 0).ints(4096, 0).longs(0, 0));
    valid.add(Requests.of(Opcode.READDIRPLUS, 0, 1).longs(directory, 7).ints(8192, 0).longs(0, 0));
    valid.add(Requests.of(Opcode.RELEASEDIR, 0, 1).longs(directory + 5).ints(0, 0).longs(0));
    valid.add(Requests.of(Opcode.FSYNCDIR, 0, 1).longs(directory).ints(0, 0));
    valid.add(Requests.of(Opcode.ACCESS, 0, 1).ints(4, 0));
    valid.add(Requests.of(Opcode.CREATE, 0, 1).ints(new int[fuse_create_in.SIZE / 4]).name("name"));
    valid.add(Requests.of(Opcode.INTERRUPT, 0, 0).longs(1000));
    valid.add(Requests.of(Opcode.DESTROY, 0, 0));
    valid.add(Requests.of(Opcode.IOCTL, 0, 1).longs(file, 0, 0, 0));
    valid.add(Requests.of(Opcode.POLL, 0, 1).longs(file, 0, 0));
    valid.add(Requests.of(Opcode.FALLOCATE, 0, 1).longs(file, 0, 10).ints(0, 0));
    valid.add(Requests.of(Opcode.LSEEK, 0, 1).longs(file, 0).ints(3, 0));
    valid.add(Requests.of(Opcode.COPY_FILE_RANGE, 0, 1).longs(file, 0, 1, file, 0, 100, 0));
    valid.add(Requests.of(99, 0, 1).longs(1, 2, 3));
    return valid.stream().map(Requests::build).toList();
  }
}
