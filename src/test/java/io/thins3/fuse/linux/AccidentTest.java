package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.thins3.fuse.Eventually;
import io.thins3.fuse.Node;
import io.thins3.fuse.ReadReply;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * Whatever breaks while a request is served, its caller is answered, and the next one is served.
 */
class AccidentTest extends Dispatching {
  /** As a table that cannot grow any more. */
  private record Uncountable(String name) implements Node {
    @Override
    public int hashCode() {
      throw new OutOfMemoryError("a test's");
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }
  }

  private static Requests making(Opcode opcode, long unique) {
    Requests request = Requests.of(opcode, unique, 1);
    return switch (opcode) {
      case CREATE -> request.ints(0, 0644, 0, 0).name("new");
      case MKDIR -> request.ints(0755, 0).name("new");
      case MKNOD -> request.ints(0100644, 0, 0, 0).name("new");
      case SYMLINK -> request.name("new").name("target");
      default -> request.name("new");
    };
  }

  private void nothingIsLeft() throws Exception {
    assertThat(connection.calls.awaitNone(Duration.ofSeconds(30))).isTrue();
    Eventually.await("nothing is open", fileSystem.open::isEmpty);
    assertThat(connection.files.size() + connection.directories.size()).isZero();
    assertThat(connection.nodes.size()).isZero();
    assertThat(kernel.poll()).as("a second answer").isNull();
  }

  /** Breaks the connection to the kernel once, when it is about to take an answer. */
  private void breakNextAnswer() {
    AtomicBoolean broken = new AtomicBoolean();
    kernel.beforeTaking =
        () -> {
          if (broken.compareAndSet(false, true)) {
            throw new OutOfMemoryError("a test's");
          }
        };
  }

  @ParameterizedTest
  @EnumSource(
      value = Opcode.class,
      names = {"LOOKUP", "CREATE", "MKDIR", "MKNOD", "SYMLINK"})
  void entry_cannotBeCounted_eioAndTheInterruptFindsItAnswered(Opcode opcode) throws Exception {
    fileSystem.holds = false;
    fileSystem.nodes = Uncountable::new;
    handle(making(opcode, 10));
    expect(EIO, 10);
    nothingIsLeft();
    interrupt(10);
    expect(EAGAIN, 11);
    fileSystem.nodes = CheckingFileSystem.Named::new;
    handle(making(opcode, 12));
    expect(0, 12);
  }

  @ParameterizedTest
  @EnumSource(
      value = Opcode.class,
      names = {"LOOKUP", "CREATE", "MKDIR", "MKNOD", "SYMLINK"})
  @SuppressWarnings("NullAway")
  void entry_withoutNode_eio(Opcode opcode) throws Exception {
    fileSystem.holds = false;
    fileSystem.nodes = name -> null;
    handle(making(opcode, 10));
    expect(EIO, 10);
    nothingIsLeft();
  }

  @Test
  void lookupNow_entryCannotBeCounted_eio() throws Exception {
    fileSystem.nodes = Uncountable::new;
    handle(Requests.of(Opcode.LOOKUP, 10, 1).name("known"));
    expect(EIO, 10);
    nothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource(
      value = Opcode.class,
      names = {"LOOKUP", "CREATE", "MKDIR", "MKNOD", "SYMLINK", "OPEN", "OPENDIR", "STATFS"})
  void answer_cannotBeSent_eioAndNothingIsLeft(Opcode opcode) throws Exception {
    fileSystem.holds = false;
    breakNextAnswer();
    handle(
        switch (opcode) {
          case OPEN, OPENDIR -> Requests.of(opcode, 10, 1).ints(0, 0);
          case STATFS -> Requests.of(opcode, 10, 1);
          default -> making(opcode, 10);
        });
    expect(EIO, 10);
    nothingIsLeft();
  }

  @Test
  void readdirplus_cannotBeSent_eioAndNoLookupIsCounted() throws Exception {
    fileSystem.holds = false;
    long directory = openDirectory();
    breakNextAnswer();
    handle(Requests.of(Opcode.READDIRPLUS, 10, 1).longs(directory, 0).ints(4096, 0).longs(0, 0));
    expect(EIO, 10);
    handle(Requests.of(Opcode.RELEASEDIR, 12, 1).longs(directory).ints(0, 0).longs(0));
    expect(0, 12);
    nothingIsLeft();
  }

  @Test
  void readdirplus_entryCannotBeCounted_eioAndNoLookupIsCounted() throws Exception {
    fileSystem.holds = false;
    long directory = openDirectory();
    fileSystem.nodes =
        name -> name.equals("entry7") ? new Uncountable(name) : new CheckingFileSystem.Named(name);
    handle(Requests.of(Opcode.READDIRPLUS, 10, 1).longs(directory, 0).ints(4096, 0).longs(0, 0));
    expect(EIO, 10);
    handle(Requests.of(Opcode.RELEASEDIR, 12, 1).longs(directory).ints(0, 0).longs(0));
    expect(0, 12);
    nothingIsLeft();
  }

  @Test
  void read_cannotBeSent_eio() throws Exception {
    long file = openFile();
    handle(read(10, file, 100));
    breakNextAnswer();
    fileSystem.reads.take().data(List.of(ByteBuffer.allocate(100)));
    expect(EIO, 10);
    assertThat(connection.calls.awaitNone(Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void read_answeredWithWhatIsNoData_eio() throws Exception {
    long file = openFile();
    handle(read(10, file, 100));
    ReadReply reply = fileSystem.reads.take();
    List<ByteBuffer> holes = Arrays.asList(new ByteBuffer[1]);
    assertThatThrownBy(() -> reply.data(holes)).isInstanceOf(NullPointerException.class);
    expect(EIO, 10);
    assertThat(connection.calls.awaitNone(Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void interrupt_whileTheAnswerIsWritten_neitherPutOffNorAnswered() throws Exception {
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    kernel.beforeTaking =
        () -> {
          writing.countDown();
          try {
            assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          kernel.beforeTaking = () -> {};
          throw new OutOfMemoryError("a test's");
        };
    fileSystem.holds = false;
    handle(making(Opcode.MKDIR, 10));
    assertThat(writing.await(30, TimeUnit.SECONDS)).isTrue();
    kernel.beforeTaking = () -> {};
    // EAGAIN would make the kernel send it again at once, and so on for as long as this takes.
    interrupt(10);
    assertThat(kernel.poll()).isNull();
    goOn.countDown();
    expect(EIO, 10);
    nothingIsLeft();
  }

  @Test
  void forget_fileSystemThrows_theNextOnesAreForgotten() throws Exception {
    fileSystem.holds = false;
    handle(Requests.of(Opcode.LOOKUP, 10, 1).name("known"));
    long id = kernel.answer().body().getLong(0);
    handle(making(Opcode.MKDIR, 12));
    long other = kernel.answer().body().getLong(0);
    fileSystem.accidentInForget = new IllegalStateException("a test's");
    handle(Requests.of(Opcode.BATCH_FORGET, 14, 0).ints(2, 0).longs(id, 1, other, 1));
    nothingIsLeft();
  }

  /** Fails as the logger does when there is no memory for a message. */
  private static final class NoMemory extends AppenderBase<ILoggingEvent> {
    final AtomicInteger times = new AtomicInteger();

    @Override
    protected void append(ILoggingEvent event) {
      times.incrementAndGet();
      throw new OutOfMemoryError("a test's");
    }
  }

  @Test
  void logging_outOfMemory_answeredAllTheSame() throws Exception {
    NoMemory noMemory = new NoMemory();
    noMemory.start();
    Logger log = (Logger) LoggerFactory.getLogger("io.thins3.fuse.linux");
    log.addAppender(noMemory);
    try {
      long file = openFile();
      fileSystem.holds = false;
      fileSystem.accident =
          () -> {
            throw new IllegalStateException("a test's");
          };
      handle(making(Opcode.MKDIR, 10));
      expect(EIO, 10);
      handle(Requests.of(Opcode.MKDIR, 12, 1).ints(0755));
      expect(EINVAL, 12);
      handle(Requests.of(Opcode.READ, 14, 1).ints(1));
      expect(EINVAL, 14);
      handle(read(16, file, 666));
      expect(EIO, 16);
      kernel.refusal = EINVAL;
      handle(Requests.of(Opcode.LOOKUP, 18, 1).name("known"));
      kernel.refusal = 0;
      assertThat(connection.nodes.size()).isZero();
    } finally {
      log.detachAppender(noMemory);
    }
    assertThat(noMemory.times).hasValueGreaterThan(4);
  }

  @Test
  void readers_breakDown_serveOn() throws Exception {
    AtomicInteger failures = new AtomicInteger(5);
    CountDownLatch ended = new CountDownLatch(1);
    kernel.beforeGiving =
        () -> {
          if (failures.getAndDecrement() > 0) {
            throw new OutOfMemoryError("a test's");
          }
        };
    RequestReaders readers =
        new RequestReaders(
            connection, new Dispatcher(connection, Clock.systemUTC()), ended::countDown);
    readers.start();
    fileSystem.holds = false;
    for (long unique = 10; unique < 30; unique += 2) {
      kernel.send(making(Opcode.MKDIR, unique).build());
    }
    for (long unique = 10; unique < 30; unique += 2) {
      assertThat(kernel.answer().error()).isZero();
    }
    assertThat(readers.running()).isGreaterThanOrEqualTo(RequestReaders.FIRST);
    assertThat(ended.getCount()).as("not ended").isEqualTo(1);
    kernel.end();
    assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
  }
}
