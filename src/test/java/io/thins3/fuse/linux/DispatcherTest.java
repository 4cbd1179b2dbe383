package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.fuse.Errno;
import io.thins3.fuse.Eventually;
import io.thins3.fuse.ReadReply;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DispatcherTest extends Dispatching {
  @Test
  void interrupt_beforeItsRequest_eagainUntilTheRequestIsThere() throws Exception {
    interrupt(10);
    expect(EAGAIN, 11);
    handle(Requests.of(Opcode.LOOKUP, 10, 1).name("slow"));
    assertThat(next(fileSystem.begun)).isEqualTo("lookup");
    interrupt(10);
    expect(EINTR, 10);
    assertThat(next(fileSystem.ended)).isEqualTo("interrupted lookup");
    assertThat(connection.calls.awaitNone(Duration.ofSeconds(30))).isTrue();
    assertThat(kernel.poll()).as("no second answer").isNull();
    interrupt(10);
    expect(EAGAIN, 11);
  }

  @Test
  void interrupt_queuedRequest_neverReachesTheFileSystem() throws Exception {
    executor.shutdown();
    executor = new SyncExecutor(2, 100);
    connection = new Connection(fileSystem, kernel, executor, ServingOptions.PLAIN);
    dispatcher = new Dispatcher(connection, Clock.systemUTC());
    for (long unique = 10; unique <= 14; unique += 2) {
      handle(Requests.of(Opcode.LOOKUP, unique, 1).name("slow" + unique));
    }
    assertThat(next(fileSystem.begun)).isEqualTo("lookup");
    assertThat(next(fileSystem.begun)).isEqualTo("lookup");
    interrupt(14);
    expect(EINTR, 14);
    fileSystem.goOn.countDown();
    assertThat(List.of(kernel.answer().unique(), kernel.answer().unique()))
        .containsExactlyInAnyOrder(10L, 12L);
    assertThat(connection.calls.awaitNone(Duration.ofSeconds(30))).isTrue();
    assertThat(fileSystem.begun).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Opcode.class,
      names = {"FLUSH", "FSYNC"})
  void interrupt_flushOrFsync_eintrAndTheWorkGoesOn(Opcode opcode) throws Exception {
    long file = openFile();
    handle(Requests.of(opcode, 10, 1).longs(file, 0, 0));
    assertThat(next(fileSystem.begun)).isEqualToIgnoringCase(opcode.name());
    interrupt(10);
    expect(EINTR, 10);
    assertThat(fileSystem.ended).isEmpty();
    Eventually.await("it alone is in service", () -> connection.calls.inService() == 1);
    fileSystem.goOn.countDown();
    assertThat(next(fileSystem.ended)).isEqualToIgnoringCase(opcode.name());
  }

  @Test
  void interrupt_open_whatWasOpenedIsReleased() throws Exception {
    handle(Requests.of(Opcode.OPEN, 10, 1).ints(0, 0));
    assertThat(next(fileSystem.begun)).isEqualTo("open");
    interrupt(10);
    expect(EINTR, 10);
    assertThat(connection.calls.awaitNone(Duration.ofSeconds(30))).isTrue();
    assertThat(fileSystem.open).isEmpty();
    assertThat(connection.files.size()).isZero();
  }

  @Test
  void interrupt_access_eintrAndGivenUp() throws Exception {
    // The kernel asks it only without default_permissions, which is always on.
    fileSystem.holdsLocal = true;
    handle(Requests.of(Opcode.ACCESS, 10, 1).ints(4, 0));
    assertThat(next(fileSystem.begun)).isEqualTo("access");
    interrupt(10);
    expect(EINTR, 10);
    assertThat(next(fileSystem.ended)).isEqualTo("interrupted access");
  }

  @Test
  void interrupt_readdirplus_lookupsAreNotCounted() throws Exception {
    handle(Requests.of(Opcode.OPENDIR, 8, 1).ints(0, 0));
    long directory = kernel.answer().body().getLong(0);
    handle(Requests.of(Opcode.READDIRPLUS, 10, 1).longs(directory, 0).ints(4096, 0).longs(0, 0));
    assertThat(next(fileSystem.begun)).isEqualTo("readdir");
    assertThat(connection.nodes.size()).isPositive();
    interrupt(10);
    expect(EINTR, 10);
    assertThat(connection.calls.awaitNone(Duration.ofSeconds(30))).isTrue();
    assertThat(connection.nodes.size()).isZero();
  }

  @Test
  void interrupt_read_eintrAtOnceAndTheHandleLivesUntilTheReply() throws Exception {
    long file = openFile();
    handle(read(10, file, 100));
    ReadReply reply = fileSystem.reads.take();
    AtomicInteger told = new AtomicInteger();
    reply.onInterrupt(told::incrementAndGet);
    interrupt(10);
    expect(EINTR, 10);
    assertThat(told).hasValue(1);
    handle(Requests.of(Opcode.RELEASE, 12, 1).longs(file).ints(0, 0).longs(0));
    expect(0, 12);
    assertThat(fileSystem.open).as("released while a read goes on").hasSize(1);
    reply.onInterrupt(told::incrementAndGet);
    assertThat(told).as("told at once when it is too late").hasValue(2);
    reply.data(List.of(ByteBuffer.allocate(100)));
    Eventually.await("the handle is released", fileSystem.open::isEmpty);
    assertThat(kernel.poll()).as("no second answer").isNull();
  }

  @Test
  void interrupt_write_dataStaysValidUntilTheReply() throws Exception {
    long file = openFile();
    boolean free =
        handle(
            Requests.of(Opcode.WRITE, 10, 1)
                .longs(file, 0)
                .ints(3, 0)
                .longs(0, 0)
                .bytes((byte) 1, (byte) 2, (byte) 3));
    assertThat(free).as("the buffer is still needed").isFalse();
    interrupt(10);
    expect(EINTR, 10);
    fileSystem.writes.take().written();
    assertThat(kernel.poll()).isNull();
    boolean freeAtOnce =
        handle(
            Requests.of(Opcode.WRITE, 12, 1).longs(file, 5).ints(1, 0).longs(0, 0).bytes((byte) 1));
    assertThat(freeAtOnce).isTrue();
    assertThat(kernel.answer().body().getInt(0)).isEqualTo(1);
  }

  @Test
  void read_answeredTwiceOrTooLong_refused() throws Exception {
    long file = openFile();
    handle(read(10, file, 100));
    ReadReply reply = fileSystem.reads.take();
    reply.data(List.of(ByteBuffer.allocate(60), ByteBuffer.allocateDirect(40)));
    FakeKernel.Answer answer = kernel.answer();
    assertThat(answer.error()).isZero();
    assertThat(answer.body().remaining()).isEqualTo(100);
    assertThatThrownBy(() -> reply.error(Errno.EIO)).isInstanceOf(IllegalStateException.class);
    handle(read(12, file, 100));
    ReadReply second = fileSystem.reads.take();
    assertThatThrownBy(() -> second.data(List.of(ByteBuffer.allocate(101))))
        .isInstanceOf(IllegalArgumentException.class);
    expect(EIO, 12);
  }

  @Test
  void read_outOfMemory_eioAndTheNextOneWorks() throws Exception {
    long file = openFile();
    handle(read(10, file, 666));
    expect(EIO, 10);
    handle(read(12, file, 10));
    fileSystem.reads.take().error(Errno.ENOENT);
    expect(2, 12);
    assertThat(connection.calls.awaitNone(Duration.ofSeconds(60))).isTrue();
  }

  @Test
  void lookup_answerNotTaken_notCounted() throws Exception {
    kernel.refusal = Syscalls.ENOENT;
    handle(Requests.of(Opcode.LOOKUP, 10, 1).name("known"));
    assertThat(connection.nodes.size()).isZero();
    kernel.refusal = 0;
    handle(Requests.of(Opcode.LOOKUP, 12, 1).name("known"));
    expect(0, 12);
    assertThat(connection.nodes.size()).isEqualTo(1);
  }

  @Test
  void lookup_manySlow_doNotStopOneThatIsKnown() throws Exception {
    for (int i = 0; i < 100; i++) {
      handle(Requests.of(Opcode.LOOKUP, 10 + 2L * i, 1).name("slow" + i));
    }
    handle(Requests.of(Opcode.LOOKUP, 500, 1).name("known"));
    expect(0, 500);
  }

  /** Eight threads, and a queue of a hundred. */
  private void occupyAll() throws Exception {
    for (int i = 0; i < 108; i++) {
      handle(Requests.of(Opcode.LOOKUP, 10 + 2L * i, 1).name("slow" + i));
      if (i == 7) {
        Eventually.await("all threads are busy", () -> fileSystem.begun.size() == 8);
      }
    }
  }

  @Test
  void executor_full_eagain() throws Exception {
    occupyAll();
    handle(Requests.of(Opcode.LOOKUP, 500, 1).name("one too many"));
    expect(EAGAIN, 500);
  }

  @Test
  void executor_full_whatNeedsNoStoreIsServed() throws Exception {
    fileSystem.holds = false;
    long file = openFile();
    occupyAll();
    handle(Requests.of(Opcode.STATFS, 500, 1));
    expect(0, 500);
    handle(Requests.of(Opcode.ACCESS, 502, 1).ints(4, 0));
    expect(0, 502);
    handle(Requests.of(Opcode.OPENDIR, 504, 1).ints(0, 0));
    FakeKernel.Answer opened = kernel.answer();
    assertThat(opened.error()).isZero();
    long directory = opened.body().getLong(0);
    handle(Requests.of(Opcode.LSEEK, 506, 1).longs(file, 0).ints(3, 0));
    expect(0, 506);
    fileSystem.holds = false;
    handle(Requests.of(Opcode.FLUSH, 508, 1).longs(file, 0, 0));
    expect(0, 508);
    handle(Requests.of(Opcode.READDIR, 510, 1).longs(directory, 0).ints(4096, 0).longs(0, 0));
    expect(0, 510);
    handle(Requests.of(Opcode.RELEASE, 512, 1).longs(file).ints(0, 0).longs(0));
    expect(0, 512);
    handle(Requests.of(Opcode.RELEASEDIR, 514, 1).longs(directory).ints(0, 0).longs(0));
    expect(0, 514);
    Eventually.await("both are released", fileSystem.open::isEmpty);
    Eventually.await("only lookups wait", () -> connection.calls.inService() == 108);
  }

  @Test
  void refuseOpens_openAndCreate_eshutdown() throws Exception {
    dispatcher.refuseOpens();
    fileSystem.holds = false;
    handle(Requests.of(Opcode.OPEN, 10, 1).ints(0, 0));
    expect(108, 10);
    handle(Requests.of(Opcode.CREATE, 12, 1).ints(0, 0, 0, 0).name("new"));
    expect(108, 12);
    handle(Requests.of(Opcode.GETATTR, 14, 1).ints(0, 0).longs(0));
    expect(0, 14);
  }

  @Test
  void request_unknownOrMalformed_itsErrnoAndTheNextOneWorks() throws Exception {
    handle(Requests.of(77, 10, 1).ints(1));
    expect(ENOSYS, 10);
    handle(Requests.of(Opcode.IOCTL, 12, 1).ints(1));
    expect(ENOSYS, 12);
    handle(Requests.of(Opcode.POLL, 26, 1).longs(1, 1).ints(0, 0));
    expect(ENOSYS, 26);
    handle(Requests.of(Opcode.READ, 14, 1).ints(1));
    expect(EINVAL, 14);
    handle(Requests.of(Opcode.BATCH_FORGET, 16, 1).ints(1000, 0));
    handle(Requests.of(Opcode.MKDIR, 18, 1).ints(0755));
    expect(EINVAL, 18);
    handle(Requests.of(Opcode.GETATTR, 20, 4711).ints(0, 0).longs(0));
    expect(116, 20);
    handle(read(22, 4711, 10));
    expect(9, 22);
    assertThat(handle(Requests.of(Opcode.DESTROY, 24, 0))).isTrue();
    expect(0, 24);
  }

  @Test
  void request_ofAnotherUserThanRootAndOwner_eaccesWhereOnlyTheyMay() throws Exception {
    fileSystem.holds = false;
    // The requests come from user 1000.
    ServingOptions owners = new ServingOptions(false, false, new Callers(1000), NodeLimit.NONE);
    dispatcher =
        new Dispatcher(new Connection(fileSystem, kernel, executor, owners), Clock.systemUTC());
    handle(Requests.of(Opcode.STATFS, 10, 1));
    expect(0, 10);
    ServingOptions others = new ServingOptions(false, false, new Callers(1001), NodeLimit.NONE);
    dispatcher =
        new Dispatcher(new Connection(fileSystem, kernel, executor, others), Clock.systemUTC());
    handle(Requests.of(Opcode.STATFS, 12, 1));
    expect(13, 12);
    handle(Requests.of(Opcode.FORGET, 14, 1).longs(1));
    handle(Requests.of(Opcode.DESTROY, 16, 0));
    expect(0, 16);
  }

  @Test
  void lookup_absentName_negativeEntryWithItsTime() throws Exception {
    fileSystem.holds = false;
    handle(Requests.of(Opcode.LOOKUP, 10, 1).name("none"));
    FakeKernel.Answer answer = kernel.answer();
    assertThat(answer.error()).isZero();
    assertThat(answer.body().getLong(FuseProtocol.fuse_entry_out.nodeid)).isZero();
    assertThat(answer.body().getLong(FuseProtocol.fuse_entry_out.entry_valid)).isEqualTo(4);
    assertThat(connection.nodes.size()).isZero();
  }

  @Test
  void end_somethingOpen_releasedOnce() throws Exception {
    openFile();
    handle(Requests.of(Opcode.OPENDIR, 10, 1).ints(0, 0));
    expect(0, 10);
    assertThat(fileSystem.open).hasSize(2);
    dispatcher.releaseAll();
    dispatcher.releaseAll();
    assertThat(connection.calls.awaitNone(Duration.ofSeconds(30))).isTrue();
    assertThat(fileSystem.open).isEmpty();
  }
}
