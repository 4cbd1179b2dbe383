package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.fuse.Caller;
import io.thins3.fuse.Eventually;
import io.thins3.fuse.LookupResult;
import io.thins3.fuse.Node;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestReadersTest {
  private final FakeKernel kernel = new FakeKernel();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final AtomicInteger busy = new AtomicInteger();
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * Breaks the rule that it may not wait, so that threads are busy for as long as the test wants.
   */
  private final CheckingFileSystem fileSystem =
      new CheckingFileSystem() {
        @Override
        public @Nullable LookupResult lookupNow(Node parent, String name, Caller caller) {
          busy.incrementAndGet();
          try {
            assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return null;
        }
      };

  private final SyncExecutor executor = new SyncExecutor(2, 100);
  private final Connection connection =
      new Connection(fileSystem, kernel, executor, ServingOptions.PLAIN);
  private final RequestReaders readers =
      new RequestReaders(
          connection, new Dispatcher(connection, Clock.systemUTC()), ended::countDown);

  @Test
  void threads_moreBusyOnes_grownToTheMostAndEndedByTheMount() throws Exception {
    readers.start();
    assertThat(readers.running()).isEqualTo(RequestReaders.FIRST);
    kernel.send(Requests.of(Opcode.LOOKUP, 2, 1).name("one").build());
    Eventually.await("one is busy", () -> busy.get() == 1);
    assertThat(readers.running()).as("one is idle still").isEqualTo(2);
    kernel.send(Requests.of(Opcode.LOOKUP, 4, 1).name("two").build());
    Eventually.await("another is begun", () -> readers.running() == 3);
    for (int i = 0; i < 20; i++) {
      kernel.send(Requests.of(Opcode.LOOKUP, 10 + 2L * i, 1).name("more").build());
    }
    Eventually.await("all are busy", () -> busy.get() == RequestReaders.MOST);
    assertThat(readers.running()).isEqualTo(RequestReaders.MOST);
    goOn.countDown();
    for (int i = 0; i < 22; i++) {
      assertThat(kernel.answer().error()).isZero();
    }
    assertThat(ended.getCount()).isEqualTo(1);
    kernel.end();
    assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(readers.running()).isZero();
    executor.shutdown();
  }

  @Test
  void threads_noneToBeHad_theOnesThereGoOnAndMoreComeLater() throws Exception {
    AtomicInteger started = new AtomicInteger();
    AtomicBoolean none = new AtomicBoolean(true);
    RequestReaders few =
        new RequestReaders(
            connection,
            new Dispatcher(connection, Clock.systemUTC()),
            ended::countDown,
            work ->
                new Thread(work) {
                  @Override
                  public synchronized void start() {
                    if (started.incrementAndGet() > RequestReaders.FIRST && none.get()) {
                      throw new OutOfMemoryError("unable to create native thread: a test's");
                    }
                    super.start();
                  }
                });
    few.start();
    kernel.send(Requests.of(Opcode.LOOKUP, 2, 1).name("one").build());
    kernel.send(Requests.of(Opcode.LOOKUP, 4, 1).name("two").build());
    Eventually.await("both are busy, and no third was to be had", () -> started.get() >= 3);
    Eventually.await("two are left", () -> few.running() == RequestReaders.FIRST);
    goOn.countDown();
    assertThat(kernel.answer().error()).isZero();
    assertThat(kernel.answer().error()).isZero();
    none.set(false);
    // Whoever finds itself the last idle one now begins another.
    AtomicInteger unique = new AtomicInteger(10);
    Eventually.await(
        "a third is begun",
        () -> {
          for (int i = 0; i < 4; i++) {
            int id = unique.addAndGet(2);
            kernel.send(Requests.of(Opcode.LOOKUP, id, 1).name("more").build());
          }
          return few.running() > RequestReaders.FIRST;
        });
    assertThat(ended.getCount()).as("not ended").isEqualTo(1);
    kernel.end();
    assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    executor.shutdown();
  }
}
