package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.fuse.Eventually;
import io.thins3.fuse.FileHandle;
import io.thins3.fuse.OpenFlags;
import io.thins3.fuse.linux.FuseProtocol.fuse_open_out;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A handle belongs to the operations that have begun with it, and is released once, after them. */
class OpenHandleTest extends Dispatching {
  private static Requests release(Opcode opcode, long unique, long handle) {
    return Requests.of(opcode, unique, 1).longs(handle).ints(0, 0).longs(0);
  }

  private static Requests operation(Opcode opcode, long unique, long file) {
    Requests request = Requests.of(opcode, unique, 1);
    return switch (opcode) {
      case GETATTR -> request.ints(FuseProtocol.FUSE_GETATTR_FH, 0).longs(file);
      case SETATTR ->
          request
              .ints(FuseProtocol.FATTR_FH | FuseProtocol.FATTR_MODE, 0)
              .longs(file, 0, 0, 0, 0, 0)
              .ints(0, 0, 0, 0644, 0, 0, 0, 0);
      case FALLOCATE -> request.longs(file, 0, 100).ints(0, 0);
      case LSEEK -> request.longs(file, 0).ints(3, 0);
      case COPY_FILE_RANGE -> request.longs(file, 0, 1, file, 0, 100, 0);
      case READDIR, READDIRPLUS -> request.longs(file, 0).ints(4096, 0).longs(0, 0);
      default -> request.longs(file, 0, 0);
    };
  }

  @ParameterizedTest
  @EnumSource(
      value = Opcode.class,
      names = {"FLUSH", "FSYNC", "FALLOCATE", "LSEEK", "COPY_FILE_RANGE", "GETATTR", "SETATTR"})
  void release_whileAnInterruptedOperationGoesOn_afterIt(Opcode opcode) throws Exception {
    long file = openFile();
    releaseWhile(opcode, file, Opcode.RELEASE);
  }

  @ParameterizedTest
  @EnumSource(
      value = Opcode.class,
      names = {"READDIR", "READDIRPLUS", "FSYNCDIR"})
  void releasedir_whileAnInterruptedOperationGoesOn_afterIt(Opcode opcode) throws Exception {
    long directory = openDirectory();
    releaseWhile(opcode, directory, Opcode.RELEASEDIR);
  }

  private void releaseWhile(Opcode opcode, long handle, Opcode release) throws Exception {
    fileSystem.stubborn = true;
    fileSystem.holdsLocal = true;
    handle(operation(opcode, 10, handle));
    assertThat(next(fileSystem.begun)).isNotEqualTo("null");
    interrupt(10);
    expect(EINTR, 10);
    handle(release(release, 12, handle));
    expect(0, 12);
    assertThat(connection.files.size() + connection.directories.size()).isZero();
    assertThat(fileSystem.open).as("released while an operation goes on").hasSize(1);
    handle(operation(opcode, 14, handle));
    expect(EBADF, 14);
    fileSystem.goOn.countDown();
    assertThat(connection.calls.awaitNone(Duration.ofSeconds(30))).isTrue();
    assertThat(fileSystem.open).isEmpty();
    handle(release(release, 16, handle));
    expect(EBADF, 16);
  }

  @ParameterizedTest
  @EnumSource(
      value = Opcode.class,
      names = {"OPEN", "OPENDIR", "CREATE"})
  void interrupt_whatOpens_closedByAThreadThatIsNotInterrupted(Opcode opcode) throws Exception {
    fileSystem.stubborn = true;
    fileSystem.holdsLocal = true;
    Requests request = Requests.of(opcode, 10, 1);
    handle(opcode == Opcode.CREATE ? request.ints(0, 0644, 0, 0).name("new") : request.ints(0, 0));
    assertThat(next(fileSystem.begun)).isEqualToIgnoringCase(opcode.name());
    interrupt(10);
    expect(EINTR, 10);
    fileSystem.goOn.countDown();
    assertThat(connection.calls.awaitNone(Duration.ofSeconds(30))).isTrue();
    assertThat(fileSystem.ended).hasSize(1);
    assertThat(fileSystem.open).isEmpty();
    assertThat(fileSystem.complaints).isEmpty();
    assertThat(connection.nodes.size()).isZero();
  }

  @Test
  void begin_released_refused() {
    OpenFile file = new OpenFile(1, new FileHandle() {}, true, false);
    assertThat(file.begin()).isTrue();
    assertThat(file.release()).as("to be released now").isFalse();
    assertThat(file.begin()).isFalse();
    assertThat(file.finish()).as("to be released now").isTrue();
    assertThat(file.begin()).isFalse();
  }

  @Test
  void read_afterItsRelease_ebadfAndReleasedOnce() throws Exception {
    long file = openFile();
    handle(read(10, file, 100));
    handle(release(Opcode.RELEASE, 12, file));
    expect(0, 12);
    handle(read(14, file, 100));
    expect(EBADF, 14);
    fileSystem.reads.take().data(List.of(ByteBuffer.allocate(100)));
    expect(0, 10);
    assertThat(connection.calls.awaitNone(Duration.ofSeconds(30))).isTrue();
    Eventually.await("the handle is released", fileSystem.open::isEmpty);
  }

  @Test
  void open_eachAccessMode_onlyWriteOnlyGoesPastThePageCache() throws Exception {
    fileSystem.holds = false;
    int direct = FuseProtocol.FOPEN_DIRECT_IO | FuseProtocol.FOPEN_PARALLEL_DIRECT_WRITES;
    assertThat(openFlags(OpenFlags.O_WRONLY)).isEqualTo(direct | FuseProtocol.FOPEN_KEEP_CACHE);
    assertThat(openFlags(OpenFlags.O_WRONLY | OpenFlags.O_TRUNC) & direct).isEqualTo(direct);
    assertThat(openFlags(OpenFlags.O_RDONLY))
        .as("nobody waits at close(2) for what became of no writes")
        .isEqualTo(FuseProtocol.FOPEN_KEEP_CACHE | FuseProtocol.FOPEN_NOFLUSH);
    assertThat(openFlags(OpenFlags.O_RDWR)).isEqualTo(FuseProtocol.FOPEN_KEEP_CACHE);
  }

  private int openFlags(int flags) throws Exception {
    handle(Requests.of(Opcode.OPEN, 10, 1).ints(flags, 0));
    FakeKernel.Answer answer = kernel.answer();
    assertThat(answer.error()).isZero();
    return answer.body().getInt(fuse_open_out.open_flags);
  }
}
