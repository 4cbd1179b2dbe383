package io.thins3.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.store.http.Admission.Permit;
import io.thins3.store.http.PoolTimeoutException;
import io.thins3.testing.Await;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ConcurrencyLimitTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofMillis(50);

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void acquire_allTaken_firstComeFirstServed() throws Exception {
    ConcurrencyLimit limit = new ConcurrencyLimit(1);
    Permit held = limit.acquire(LONG);
    List<Integer> order = new CopyOnWriteArrayList<>();
    List<Future<?>> waiters = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      waiters.add(
          threads.submit(
              () -> {
                Permit permit = limit.acquire(LONG);
                order.add(number);
                permit.release();
                return null;
              }));
      Await.until("it waits", LONG, () -> limit.waiting() == number + 1);
    }

    held.release();

    for (Future<?> waiter : waiters) {
      waiter.get(60, TimeUnit.SECONDS);
    }
    assertThat(order).containsExactly(0, 1, 2, 3, 4);
    assertThat(limit.inUse()).isZero();
  }

  @Test
  void acquire_noneInTime_saysWhetherTheStoreIsTheReason() throws Exception {
    ConcurrencyLimit limit = new ConcurrencyLimit(1);
    Permit held = limit.acquire(LONG);
    assertThatThrownBy(() -> limit.acquire(SHORT)).isInstanceOf(PoolTimeoutException.class);
    held.release();

    ConcurrencyLimit lowered = new ConcurrencyLimit(2);
    Permit refused = lowered.acquire(LONG);
    refused.answered(503);
    assertThatThrownBy(() -> lowered.acquire(SHORT))
        .isInstanceOf(ThrottledException.class)
        .hasMessageContaining("more than about 1 requests");

    assertThat(limit.waiting()).isZero();
    assertThat(lowered.waiting()).isZero();
    assertThat(ConnectionErrors.diagnose(new ThrottledException(1)).kind())
        .isEqualTo(StoreException.Kind.THROTTLED);
  }

  @Test
  void acquire_interrupted_endsTheWaitAndKeepsTheStatus() throws Exception {
    ConcurrencyLimit limit = new ConcurrencyLimit(1);
    Permit held = limit.acquire(LONG);
    boolean[] status = new boolean[1];
    Future<?> waiter =
        threads.submit(
            () -> {
              try {
                return limit.acquire(LONG);
              } finally {
                status[0] = Thread.interrupted();
              }
            });
    Await.until("it waits", LONG, () -> limit.waiting() == 1);

    threads.shutdownNow();

    assertThatThrownBy(() -> waiter.get(60, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ClosedByInterruptException.class);
    assertThat(status[0]).isTrue();
    assertThat(limit.waiting()).isZero();
    held.release();
    assertThat(limit.inUse()).isZero();
  }

  @Test
  void release_twice_givesOnePlace() throws Exception {
    ConcurrencyLimit limit = new ConcurrencyLimit(2);
    Permit one = limit.acquire(LONG);
    limit.acquire(LONG);

    one.release();
    one.release();

    assertThat(limit.inUse()).isEqualTo(1);
  }

  @Test
  void refusals_and429_lowerTheLimitAndAreCounted() throws Exception {
    ConcurrencyLimit limit = new ConcurrencyLimit(64);
    Permit one = limit.acquire(LONG);
    Permit other = limit.acquire(LONG);
    one.answered(503);
    other.answered(429);
    assertThat(limit.limit()).isEqualTo(32);
    assertThat(limit.refused()).isEqualTo(2);

    Permit next = limit.acquire(LONG);
    next.answered(500);
    assertThat(limit.limit()).isEqualTo(32);
    next.answered(206);
    for (int i = 0; i < 31; i++) {
      next.answered(206);
      next.answered(404);
    }
    assertThat(limit.limit()).isGreaterThan(32);
  }

  @Test
  void tryExtra_othersWaitOrTheStoreRefuses_isNone() throws Exception {
    ConcurrencyLimit limit = new ConcurrencyLimit(2);
    Permit one = limit.acquire(LONG);
    Permit extra = Objects.requireNonNull(limit.tryExtra());
    assertThat(limit.tryExtra()).as("none is free").isNull();
    extra.release();

    one.answered(503);

    assertThat(limit.tryExtra()).as("the store refuses").isNull();
  }

  /** Whatever happens in whatever order, every place comes back, and the limit is kept. */
  @Test
  void acquire_manyThreadsThatWaitGiveUpAndAreInterrupted_losesNoPlace() throws Exception {
    long seed = System.nanoTime();
    System.out.println("acquire_manyThreads…_losesNoPlace: seed " + seed);
    ConcurrencyLimit limit = new ConcurrencyLimit(4);
    AtomicInteger inUse = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Future<?>> workers = new ArrayList<>();
    List<Thread> running = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 16; i++) {
      Random random = new Random(seed + i);
      workers.add(
          threads.submit(
              () -> {
                running.add(Thread.currentThread());
                for (int round = 0; round < 2_000; round++) {
                  try {
                    Permit permit = limit.acquire(Duration.ofNanos(random.nextInt(200_000)));
                    most.accumulateAndGet(inUse.incrementAndGet(), Math::max);
                    permit.answered(random.nextInt(10) == 0 ? 503 : 200);
                    inUse.decrementAndGet();
                    permit.release();
                  } catch (IOException e) {
                    assertThat(e)
                        .isInstanceOfAny(
                            ThrottledException.class,
                            PoolTimeoutException.class,
                            ClosedByInterruptException.class);
                    Thread.interrupted();
                  }
                  if (random.nextInt(100) == 0) {
                    running.get(random.nextInt(running.size())).interrupt();
                  }
                }
                return null;
              }));
    }
    for (Future<?> worker : workers) {
      worker.get(60, TimeUnit.SECONDS);
    }
    assertThat(most.get()).isBetween(1, 4);
    assertThat(limit.inUse()).isZero();
    assertThat(limit.waiting()).isZero();
  }
}
