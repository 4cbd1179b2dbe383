package io.thins3.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.testing.FakeTicker;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private static final int PAGE = MemoryBudget.PAGE_BYTES;

  private final FakeTicker clock = new FakeTicker();
  private final ArrayDeque<Runnable> grants = new ArrayDeque<>();
  private final MemoryBudget budget = new MemoryBudget(10L * PAGE, clock::read, grants::add);

  @AfterEach
  void everyPageIsBack() {
    runGrants();
    assertThat(budget.counts().reserved()).isZero();
    assertThat(budget.counts().waiters()).isZero();
  }

  private void runGrants() {
    for (Runnable next = grants.poll(); next != null; next = grants.poll()) {
      next.run();
    }
  }

  private Reservation taken(int pages) {
    return Objects.requireNonNull(budget.tryReserve(pages));
  }

  @Test
  void tryReserve_moreThanIsFree_givesNothing() {
    Reservation most = taken(7);
    assertThat(budget.tryReserve(4)).isNull();
    assertThat(budget.free()).isEqualTo(3);
    most.close();
    taken(10).close();
  }

  @Test
  void reserve_noRoom_isGrantedWhenPagesComeBack() {
    Reservation all = taken(10);
    Page page = all.take();
    CompletableFuture<Reservation> waiting = budget.reserve(1);
    runGrants();
    assertThat(waiting).isNotDone();
    page.release();
    runGrants();
    waiting.join().close();
    all.close();
  }

  @Test
  void reserve_severalWait_firstInIsFirstOut() {
    Reservation all = taken(10);
    List<Integer> order = new ArrayList<>();
    for (int pages : new int[] {9, 1, 5}) {
      var unused =
          budget
              .reserve(pages)
              .thenAccept(
                  granted -> {
                    order.add(pages);
                    granted.close();
                  });
    }
    all.take().release();
    runGrants();
    assertThat(order).as("one page is enough for the second, but it is not its turn").isEmpty();
    all.close();
    runGrants();
    assertThat(order).containsExactly(9, 1, 5);
  }

  @Test
  void tryReserve_somebodyWaits_givesNothing() {
    Reservation some = taken(9);
    CompletableFuture<Reservation> waiting = budget.reserve(2);
    assertThat(budget.tryReserve(1)).isNull();
    assertThat(budget.free()).isZero();
    assertThat(budget.shortage()).isEqualTo(1);
    some.close();
    runGrants();
    waiting.join().close();
  }

  @Test
  void reserve_firstCancelled_letsTheNextOnesPassAtOnce() {
    Reservation some = taken(9);
    CompletableFuture<Reservation> first = budget.reserve(5);
    CompletableFuture<Reservation> second = budget.reserve(1);
    assertThat(first.cancel(false)).isTrue();
    assertThat(budget.counts().waiters()).isEqualTo(0);
    runGrants();
    assertThat(second).as("its page is free, and nobody gives one back").isCompleted();
    second.join().close();
    some.close();
  }

  @Test
  void reserve_anotherThanTheFirstCancelled_isMissingNoMore() {
    Reservation all = taken(10);
    CompletableFuture<Reservation> first = budget.reserve(2);
    CompletableFuture<Reservation> second = budget.reserve(8);
    assertThat(budget.shortage()).isEqualTo(10);
    second.cancel(false);
    assertThat(budget.shortage()).isEqualTo(2);
    all.close();
    runGrants();
    first.join().close();
  }

  @Test
  void reserve_cancelledWhenItWasGrantedAlready_givesItsPagesToTheNext() {
    Reservation all = taken(10);
    CompletableFuture<Reservation> first = budget.reserve(10);
    CompletableFuture<Reservation> second = budget.reserve(10);
    all.close();
    first.cancel(false);
    runGrants();
    second.join().close();
  }

  @Test
  void reserve_cancelledWhileGranted_givesThePagesBack() {
    CompletableFuture<Reservation> granted = budget.reserve(10);
    assertThat(granted.cancel(false)).isTrue();
    runGrants();
    taken(10).close();
  }

  @Test
  void reserve_shortage_asksTheCaches() {
    List<Page> cached = new ArrayList<>();
    Reservation all = taken(10);
    for (int i = 0; i < 10; i++) {
      cached.add(all.take());
    }
    budget.addReclaimer(
        () -> {
          while (budget.shortage() > 0) {
            cached.remove(0).release();
          }
        });
    CompletableFuture<Reservation> waiting = budget.reserve(3);
    runGrants();
    assertThat(cached).hasSize(7);
    waiting.join().close();
    cached.forEach(Page::release);
  }

  @Test
  void reserve_moreThanThereIs_isRefused() {
    assertThatThrownBy(() -> budget.reserve(11)).hasMessage("11 pages of 10");
    assertThatThrownBy(() -> budget.tryReserve(0)).hasMessage("0 pages");
  }

  @Test
  void reserve_executorHasShutDown_failsAndKeepsNothing() {
    MemoryBudget ending =
        new MemoryBudget(
            PAGE,
            clock::read,
            task -> {
              throw new RejectedExecutionException("shut down");
            });
    assertThat(ending.reserve(1)).failsWithin(Duration.ofSeconds(30));
    assertThat(ending.counts().reserved()).isZero();
  }

  /** Whoever releases a page may hold a lock, which those who waited take. */
  @Test
  void release_executorHasShutDown_tellsThoseWhoWaitFromElsewhere() throws Exception {
    Object lock = new Object();
    CompletableFuture<Boolean> locked = new CompletableFuture<>();
    MemoryBudget ending =
        new MemoryBudget(
            PAGE,
            clock::read,
            task -> {
              throw new RejectedExecutionException("shut down");
            });
    Reservation page = Objects.requireNonNull(ending.tryReserve(1));
    var unused =
        ending
            .reserve(1)
            .whenComplete((granted, failure) -> locked.complete(Thread.holdsLock(lock)));
    CompletableFuture<Reservation> second = ending.reserve(1);
    synchronized (lock) {
      page.close();
    }
    assertThat(locked.get(30, TimeUnit.SECONDS)).isFalse();
    assertThat(second).failsWithin(Duration.ofSeconds(30));
    assertThat(ending.counts().reserved()).isZero();
  }

  @Test
  void page_releasedTwice_isRefused() {
    Reservation one = taken(1);
    Page page = one.take();
    assertThatThrownBy(one::take).isInstanceOf(IllegalStateException.class);
    page.release();
    assertThatThrownBy(page::release).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(page::bytes).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void page_neverUsed_takesNoMemory() {
    Reservation two = taken(2);
    two.take().release();
    two.close();
    assertThat(budget.counts().pooled()).isZero();
    assertThat(budget.counts().highWater()).isEqualTo(2);
  }

  @Test
  void page_memoryOfThePool_isUsedAgain() {
    Reservation two = taken(2);
    Page first = two.take();
    ByteBuffer memory = first.bytes();
    assertThat(memory.isDirect()).isTrue();
    assertThat(memory.capacity()).isEqualTo(PAGE);
    memory.position(17);
    first.release();
    Page second = two.take();
    assertThat(second.bytes()).isSameAs(memory);
    assertThat(second.bytes().position()).isZero();
    second.release();
  }

  @Test
  void trim_idlePages_goAfterThirtySeconds() {
    Reservation three = taken(3);
    List<Page> pages = List.of(three.take(), three.take(), three.take());
    pages.forEach(Page::bytes);
    pages.get(0).release();
    clock.advance(Duration.ofSeconds(20));
    pages.get(1).release();
    clock.advance(Duration.ofSeconds(10));
    assertThat(budget.trim()).isEqualTo(1);
    assertThat(budget.counts().pooled()).isEqualTo(1);
    clock.advance(Duration.ofSeconds(20));
    assertThat(budget.trim()).isEqualTo(1);
    assertThat(budget.counts().pooled()).isZero();
    pages.get(2).release();
    assertThat(budget.trim()).as("just released").isZero();
  }

  @Test
  void reserve_manyThreads_allAreServedWithinTheLimit() throws Exception {
    long seed = System.nanoTime();
    ExecutorService executor = Executors.newSingleThreadExecutor();
    MemoryBudget shared = new MemoryBudget(10L * PAGE, clock::read, executor);
    int threads = 8;
    int rounds = 500;
    CountDownLatch done = new CountDownLatch(threads * rounds);
    for (int t = 0; t < threads; t++) {
      Random random = new Random(seed + t);
      new Thread(
              () -> {
                for (int i = 0; i < rounds; i++) {
                  var unused =
                      shared
                          .reserve(1 + random.nextInt(10))
                          .thenAccept(
                              granted -> {
                                granted.take().release();
                                granted.close();
                                done.countDown();
                              });
                }
              })
          .start();
    }
    assertThat(done.await(60, TimeUnit.SECONDS)).as("seed %d", seed).isTrue();
    executor.shutdown();
    assertThat(shared.counts().reserved()).as("seed %d", seed).isZero();
    assertThat(shared.counts().highWater()).isLessThanOrEqualTo(10);
  }

  @Test
  void reserve_executorGetsNoThread_failsAndKeepsNothing() throws Exception {
    List<Runnable> accepted = new ArrayList<>();
    MemoryBudget unlucky =
        new MemoryBudget(
            10L * PAGE,
            clock::read,
            grant -> {
              accepted.add(grant); // as an executor does that queues and then begins a thread
              throw new InternalError("unable to create native thread");
            });
    CompletableFuture<Reservation> waiting = unlucky.reserve(3);
    assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(InternalError.class);
    assertThat(unlucky.counts().reserved()).isZero();
    accepted.forEach(Runnable::run);
    assertThat(unlucky.counts().reserved()).as("given back once").isZero();
  }

  @Test
  void reserve_reclaimerFails_leavesNobodyInTheQueue() {
    Reservation all = taken(10);
    budget.addReclaimer(
        () -> {
          throw new InternalError("simulated");
        });
    assertThatThrownBy(() -> budget.reserve(3)).isInstanceOf(InternalError.class);
    assertThat(budget.counts().waiters()).isZero();
    all.close();
  }

  @Test
  void reserve_reclaimerGivesWayAndAnotherFails_givesThePagesBack() {
    MemoryBudget direct = new MemoryBudget(10L * PAGE, clock::read, Runnable::run);
    Reservation all = Objects.requireNonNull(direct.tryReserve(10));
    direct.addReclaimer(all::close);
    direct.addReclaimer(
        () -> {
          throw new InternalError("simulated");
        });
    assertThatThrownBy(() -> direct.reserve(3)).isInstanceOf(InternalError.class);
    assertThat(direct.counts().reserved()).isZero();
    assertThat(direct.counts().waiters()).isZero();
  }
}
