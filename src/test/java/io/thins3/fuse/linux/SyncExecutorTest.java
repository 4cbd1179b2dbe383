package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.fuse.Eventually;
import io.thins3.fuse.linux.SyncExecutor.Kind;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SyncExecutorTest {
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();

  /** As a container that has reached the limit of its threads. */
  private volatile boolean noThreads;

  private final ThreadFactory factory =
      work -> {
        // Not in start(), which the pool of newer JDKs goes around.
        if (noThreads) {
          throw new OutOfMemoryError("unable to create native thread: a test's");
        }
        Thread thread = new Thread(work);
        threads.add(thread);
        return thread;
      };

  private final SyncExecutor executor = new SyncExecutor(4, 10, factory);

  @AfterEach
  void end() throws Exception {
    goOn.countDown();
    executor.shutdown();
    Eventually.await(
        "all threads end", () -> threads.stream().noneMatch(thread -> thread.isAlive()));
  }

  @BeforeEach
  void begin() {
    executor.start();
  }

  private void await() {
    begun.incrementAndGet();
    try {
      assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    done.incrementAndGet();
  }

  private void occupyAll() throws Exception {
    for (int i = 0; i < 4; i++) {
      assertThat(executor.tryExecute(this::await, Kind.WAITS)).isTrue();
    }
    Eventually.await("4 threads are busy", () -> begun.get() == 4);
    for (int i = 0; i < 10; i++) {
      assertThat(executor.tryExecute(this::await, Kind.WAITS)).isTrue();
    }
    assertThat(executor.tryExecute(this::await, Kind.WAITS)).as("4 and a queue of 10").isFalse();
  }

  @Test
  void tryExecute_allWait_listingsAndLocalWorkAreDone() throws Exception {
    occupyAll();
    for (int i = 0; i < 16; i++) {
      assertThat(executor.tryExecute(this::await, Kind.LISTS)).isTrue();
    }
    CountDownLatch local = new CountDownLatch(100);
    for (int i = 0; i < 100; i++) {
      assertThat(executor.tryExecute(local::countDown, Kind.LOCAL)).isTrue();
      int left = 99 - i;
      Eventually.await("done", () -> local.getCount() == left);
    }
    assertThat(local.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(done).hasValue(0);
    goOn.countDown();
    Eventually.await("all is done", () -> done.get() == 30);
  }

  @Test
  void execute_everythingIsFull_notRefused() throws Exception {
    occupyAll();
    for (int i = 0; i < 16; i++) {
      assertThat(executor.tryExecute(this::await, Kind.LOCAL)).isTrue();
    }
    Eventually.await("16 more are busy", () -> begun.get() == 20);
    for (int i = 0; i < 10; i++) {
      assertThat(executor.tryExecute(this::await, Kind.LOCAL)).isTrue();
    }
    assertThat(executor.tryExecute(this::await, Kind.LOCAL)).isFalse();
    CountDownLatch released = new CountDownLatch(50);
    for (int i = 0; i < 50; i++) {
      executor.execute(released::countDown);
    }
    assertThat(released.getCount()).isEqualTo(50);
    goOn.countDown();
    assertThat(released.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void tryExecute_noThreadToBeHad_doneByTheThreadsThereAre() throws Exception {
    noThreads = true;
    for (int i = 0; i < 5; i++) {
      assertThat(executor.tryExecute(this::await, Kind.WAITS)).isTrue();
    }
    CountDownLatch released = new CountDownLatch(1);
    executor.execute(released::countDown);
    assertThat(released.await(30, TimeUnit.SECONDS)).isTrue();
    CountDownLatch local = new CountDownLatch(1);
    assertThat(executor.tryExecute(local::countDown, Kind.LOCAL)).isTrue();
    assertThat(local.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(threads.stream().filter(Thread::isAlive)).hasSize(4);
    goOn.countDown();
    Eventually.await("all is done", () -> done.get() == 5);
  }

  @Test
  void shutdown_workStillComes_doneAndNoThreadStays() throws Exception {
    executor.shutdown();
    Eventually.await(
        "all threads end", () -> threads.stream().noneMatch(thread -> thread.isAlive()));
    CountDownLatch late = new CountDownLatch(2);
    executor.execute(late::countDown);
    assertThat(executor.tryExecute(late::countDown, Kind.WAITS)).isTrue();
    assertThat(late.await(30, TimeUnit.SECONDS)).isTrue();
  }
}
