package io.thins3.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.thins3.fuse.Caller;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FileHandle;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.Node;
import io.thins3.fuse.OpenFlags;
import io.thins3.fuse.ReadReply;
import io.thins3.memory.MemoryBudget;
import io.thins3.meta.CacheLimits;
import io.thins3.read.ReadEngine;
import io.thins3.read.StoreRangeSource;
import io.thins3.store.StoreException.Kind;
import io.thins3.testing.FakeTicker;
import io.thins3.testing.MemoryObjectStore;
import io.thins3.testing.Mounts;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Handles of a version that is gone, and reads that fail together. */
class StaleHandleTest {
  private static final Caller ROOT = new Caller(0, 0, 1);
  private static final int MIB = 1 << 20;
  private static final int PIECE = 128 << 10;
  private static final Duration WAIT = Duration.ofSeconds(30);

  private final MemoryObjectStore store = new MemoryObjectStore();
  private final FakeTicker ticker = new FakeTicker();
  private final MemoryBudget budget = new MemoryBudget(8 * MIB, ticker::read, Runnable::run);
  private final ReadEngine engine =
      new ReadEngine(budget, (delay, action) -> action.run(), ticker::read, WAIT);

  /** Requests for content wait here while the gate is shut. */
  private final Queue<Runnable> waiting = new ArrayDeque<>();

  private boolean gate;
  private boolean accident;
  private final ObjectFileSystem fs = fileSystem();

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(ErrnoMapping.class);

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void listenNoMore() {
    logger.detachAppender(log);
  }

  private ObjectFileSystem fileSystem() {
    StoreRangeSource content =
        new StoreRangeSource(
            store,
            request -> {
              if (gate) {
                waiting.add(request);
              } else {
                request.run();
              }
            },
            false,
            WAIT,
            WAIT);
    return new ObjectFileSystem(
        List.of(
            new ServedBucket(
                Mounts.mount("", Duration.ofSeconds(60), Duration.ofSeconds(1)),
                store,
                null,
                Runnable::run,
                content)),
        Clock.systemUTC(),
        () -> {
          if (accident) {
            throw new IllegalStateException("an accident");
          }
          return ticker.read();
        },
        CacheLimits.ofBytes(16 << 20),
        engine,
        WAIT);
  }

  private Node find(String path) throws FuseException {
    Node node = fs.root();
    for (String name : path.split("/", -1)) {
      node = Objects.requireNonNull(fs.lookup(node, name, ROOT).entry(), name).node();
    }
    return node;
  }

  private FileHandle open(String path) throws FuseException {
    return fs.open(find(path), OpenFlags.O_RDONLY, ROOT).handle();
  }

  /** What a READ is answered with, as soon as it is. */
  private List<Object> read(FileHandle handle, long offset) {
    List<Object> answers = new ArrayList<>();
    fs.read(
        handle,
        offset,
        PIECE,
        new ReadReply() {
          @Override
          public void data(List<ByteBuffer> buffers) {
            answers.add(buffers.stream().mapToInt(ByteBuffer::remaining).sum());
          }

          @Override
          public void error(Errno errno) {
            answers.add(errno);
          }
        });
    return answers;
  }

  private long logged(Predicate<ILoggingEvent> which) {
    return log.list.stream().filter(which).count();
  }

  @Test
  void read_staleHandleAgainAndAgain_leavesTheNewVersionsMetadataAlone() throws Exception {
    for (int i = 0; i < 1500; i++) {
      store.put("d/f%04d".formatted(i), "x");
    }
    store.put("d/f0000", new byte[3 * MIB]);
    FileHandle old = open("d/f0000");
    assertThat(read(old, 0)).containsExactly(PIECE);
    store.put("d/f0000", new byte[2 * MIB]);
    ticker.advance(Duration.ofSeconds(61));
    var listing = fs.opendir(find("d"), ROOT);
    fs.readdir(listing, 0, new NoSink());
    FileHandle now = open("d/f0000");
    store.takeRequests();

    for (int i = 0; i < 10; i++) {
      assertThat(read(old, 2L * MIB + (i % 8L) * PIECE)).containsExactly(Errno.ESTALE);
      find("d/f%04d".formatted(i));
    }

    List<String> requests = store.takeRequests();
    assertThat(requests).filteredOn(request -> !request.startsWith("GET ")).isEmpty();
    assertThat(requests).hasSizeLessThanOrEqualTo(1);
    assertThat(read(now, MIB)).containsExactly(PIECE);
    assertThat(logged(event -> event.getLevel() == Level.INFO))
        .as(log.list.toString())
        .isEqualTo(1);
    fs.release(old);
    fs.release(now);
  }

  @Test
  void open_versionThatHasComeBack_isReadAgain() throws Exception {
    store.put("f", new byte[3 * MIB]);
    FileHandle first = open("f");
    assertThat(read(first, 0)).containsExactly(PIECE);
    store.setFault(
        request -> {
          if (request.startsWith("GET")) {
            throw MemoryObjectStore.failure(Kind.PRECONDITION_FAILED, "f");
          }
        });
    assertThat(read(first, 2 * MIB)).containsExactly(Errno.ESTALE);
    Node node = find("f");
    assertThatThrownBy(() -> fs.open(node, OpenFlags.O_RDONLY, ROOT))
        .as("is asked for, whatever is in memory")
        .isInstanceOfSatisfying(
            FuseException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESTALE));

    store.setFault(request -> {});
    assertThat(read(first, 2 * MIB)).as("nobody has seen it yet").containsExactly(Errno.ESTALE);
    FileHandle second = open("f");
    assertThat(read(second, 2 * MIB)).containsExactly(PIECE);
    assertThat(read(first, 2 * MIB + PIECE)).containsExactly(PIECE);
    fs.release(first);
    fs.release(second);
  }

  @Test
  void read_manyWaitForOneGetThatFails_isLoggedOnce() throws Exception {
    store.put("f", new byte[3 * MIB]);
    FileHandle handle = open("f");
    gate = true;
    List<List<Object>> answers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      answers.add(read(handle, MIB));
    }
    store.setFault(
        request -> {
          throw MemoryObjectStore.failure(Kind.TIMEOUT, "f");
        });
    gate = false;
    while (!waiting.isEmpty()) {
      waiting.remove().run();
    }

    assertThat(answers).allSatisfy(each -> assertThat(each).containsExactly(Errno.EIO));
    assertThat(logged(event -> event.getLevel() == Level.ERROR))
        .as(log.list.toString())
        .isEqualTo(1);
    fs.release(handle);
  }

  @Test
  void open_accident_leavesNoReaderBehind() throws Exception {
    store.put("f", new byte[3 * MIB]);
    Node node = find("f");
    accident = true;
    assertThatThrownBy(() -> fs.open(node, OpenFlags.O_RDONLY, ROOT))
        .isInstanceOf(IllegalStateException.class);
    accident = false;

    engine.watch();
    ticker.advance(Duration.ofSeconds(31));
    engine.watch();
    assertThat(budget.counts().reserved()).as("what nobody reads is let go of").isZero();
  }
}
