package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** A dispatcher between a kernel and a file system of the test's own. */
abstract class Dispatching {
  static final int EINTR = 4;
  static final int EIO = 5;
  static final int EBADF = 9;
  static final int EAGAIN = 11;
  static final int EINVAL = 22;
  static final int ENOSYS = 38;

  final FakeKernel kernel = new FakeKernel();
  final HoldingFileSystem fileSystem = new HoldingFileSystem();
  SyncExecutor executor = new SyncExecutor(8, 100);
  Connection connection = new Connection(fileSystem, kernel, executor, ServingOptions.LOGGED);
  Dispatcher dispatcher = new Dispatcher(connection, Clock.systemUTC());

  @AfterEach
  final void end() throws Exception {
    fileSystem.goOn.countDown();
    assertThat(connection.calls.awaitNone(Duration.ofSeconds(30))).isTrue();
    executor.shutdown();
    assertThat(fileSystem.complaints).isEmpty();
  }

  /** Whether the request's buffer is free again. */
  final boolean handle(Requests requests) {
    NativeBuffer buffer = connection.requests.take();
    byte[] bytes = requests.build();
    buffer.bytes().clear();
    buffer.bytes().put(0, bytes);
    Request request = new Request(buffer.bytes());
    request.attach(buffer.bytes(), bytes.length);
    return dispatcher.handle(request, buffer).address() == buffer.address();
  }

  final void interrupt(long unique) {
    handle(Requests.of(Opcode.INTERRUPT, unique | 1, 0).longs(unique));
  }

  final long openFile() throws Exception {
    fileSystem.holds = false;
    handle(Requests.of(Opcode.OPEN, 900, 1).ints(0, 0));
    long file = kernel.answer().body().getLong(0);
    fileSystem.holds = true;
    fileSystem.begun.clear();
    fileSystem.ended.clear();
    return file;
  }

  final long openDirectory() throws Exception {
    handle(Requests.of(Opcode.OPENDIR, 902, 1).ints(0, 0));
    return kernel.answer().body().getLong(0);
  }

  static Requests read(long unique, long file, int size) {
    return Requests.of(Opcode.READ, unique, 1).longs(file, 0).ints(size, 0).longs(0, 0);
  }

  final void expect(int error, long unique) throws Exception {
    FakeKernel.Answer answer = kernel.answer();
    assertThat(answer.unique()).isEqualTo(unique);
    assertThat(answer.error()).isEqualTo(-error);
  }

  static String next(LinkedBlockingQueue<String> queue) throws InterruptedException {
    return String.valueOf(queue.poll(30, TimeUnit.SECONDS));
  }
}
