package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.fuse.Eventually;
import io.thins3.fuse.FileHandle;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The end of a session whose file system does not do its part in time. */
class LinuxSessionTest {
  private final FakeKernel kernel = new FakeKernel();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final SyncExecutor executor = new SyncExecutor(4, 100);

  @AfterEach
  void end() {
    goOn.countDown();
    executor.shutdown();
  }

  private LinuxSession serve(CheckingFileSystem fileSystem) {
    Connection connection = new Connection(fileSystem, kernel, executor, ServingOptions.PLAIN);
    LinuxSession session =
        new LinuxSession(
            connection,
            new Dispatcher(connection, Clock.systemUTC()),
            null,
            () -> {},
            Duration.ofMillis(100));
    session.start();
    return session;
  }

  @Test
  void end_releasesThatDoNotReturn_endsAllTheSame() throws Exception {
    AtomicInteger releases = new AtomicInteger();
    LinuxSession session =
        serve(
            new CheckingFileSystem() {
              @Override
              public void release(FileHandle handle) {
                releases.incrementAndGet();
                try {
                  assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                super.release(handle);
              }
            });
    for (long unique = 10; unique < 30; unique += 2) {
      kernel.send(Requests.of(Opcode.OPEN, unique, 1).ints(0, 0).build());
      assertThat(kernel.answer().error()).isZero();
    }
    kernel.end();
    Eventually.await("the session ends", session::ended);
    assertThat(goOn.getCount()).isEqualTo(1);
    Eventually.await("all are begun, not one after the other", () -> releases.get() == 10);
  }

  @Test
  void end_openThatReturnsLater_releasedThen() throws Exception {
    HoldingFileSystem fileSystem = new HoldingFileSystem();
    fileSystem.stubborn = true;
    LinuxSession session = serve(fileSystem);
    kernel.send(Requests.of(Opcode.OPEN, 10, 1).ints(0, 0).build());
    assertThat(fileSystem.begun.poll(30, TimeUnit.SECONDS)).isEqualTo("open");
    kernel.end();
    Eventually.await("the session ends", session::ended);
    fileSystem.goOn.countDown();
    assertThat(fileSystem.ended.poll(30, TimeUnit.SECONDS)).isEqualTo("open");
    Eventually.await("it is released", () -> session.inService() == 0);
    assertThat(fileSystem.open).isEmpty();
    assertThat(fileSystem.complaints).isEmpty();
  }
}
