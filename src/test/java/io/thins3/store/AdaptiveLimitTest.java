package io.thins3.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdaptiveLimitTest {
  private static final int FULL = 64;

  private final AdaptiveLimit limit = new AdaptiveLimit(FULL);

  @Test
  void tryEnter_asManyAsTheLimit_thenNoMore() {
    for (int i = 0; i < FULL; i++) {
      assertThat(limit.tryEnter()).isTrue();
    }
    assertThat(limit.tryEnter()).isFalse();

    limit.leave();

    assertThat(limit.tryEnter()).isTrue();
  }

  @Test
  void refused_wholeFlight_halvesOnce() {
    long round = limit.round();
    for (int i = 0; i < 60; i++) {
      limit.refused(round);
    }
    assertThat(limit.limit()).isEqualTo(32);

    limit.refused(limit.round());

    assertThat(limit.limit()).isEqualTo(16);
  }

  @Test
  void refused_always_leavesOne() {
    for (int i = 0; i < 20; i++) {
      limit.refused(limit.round());
    }
    assertThat(limit.limit()).isEqualTo(1);
    assertThat(limit.tryEnter()).isTrue();
    assertThat(limit.tryEnter()).isFalse();
  }

  @Test
  void answered_afterARefusal_growsByOneForEachFlight() {
    limit.refused(limit.round());
    limit.refused(limit.round());
    limit.refused(limit.round());
    for (int flight = 8; flight < 12; flight++) {
      assertThat(limit.limit()).isEqualTo(flight);
      for (int i = 0; i <= flight; i++) {
        limit.answered();
      }
    }
    assertThat(limit.isLowered()).isTrue();
    for (int i = 0; i < FULL * FULL; i++) {
      limit.answered();
    }
    assertThat(limit.limit()).isEqualTo(FULL);
    assertThat(limit.isLowered()).isFalse();
  }

  @Test
  void throttlingServer_withTheLimit_getsLittleMoreThanIsNeeded() {
    long seed = System.nanoTime();
    System.out.println("throttlingServer_withTheLimit_getsLittleMoreThanIsNeeded: seed " + seed);
    for (int capacity : new int[] {1, 3, 8, 20}) {
      Simulation with = new Simulation(capacity, new AdaptiveLimit(FULL), seed);
      Simulation without = new Simulation(capacity, null, seed);
      with.run();
      without.run();
      System.out.printf(
          "a server for %d at once, %d requests: sent %d in %d ms; without a limit %d in %d ms,"
              + " %d given up%n",
          capacity,
          Simulation.REQUESTS,
          with.sent,
          with.now / 1_000_000,
          without.sent,
          without.now / 1_000_000,
          without.givenUp);

      assertThat(with.givenUp).isZero();
      assertThat(with.answered).isEqualTo(Simulation.REQUESTS);
      // One in a climb from half of the capacity to more than it is refused, and the first flights.
      assertThat(with.sent).isLessThan(Simulation.REQUESTS * 3 / 2).isLessThan(without.sent);
    }
  }

  /**
   * Workers that each send one request after the other, to a server that takes so many at once and
   * refuses the others at once; virtual time.
   */
  private static final class Simulation {
    static final int REQUESTS = 5_000;
    private static final int WORKERS = 64;
    private static final int ATTEMPTS = 12;
    private static final long SERVICE = Duration.ofMillis(20).toNanos();
    private static final long REFUSAL = Duration.ofMillis(1).toNanos();

    private record Event(long time, long number, Runnable action) {}

    private final PriorityQueue<Event> events =
        new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparingLong(Event::number));
    private final Deque<Worker> queue = new ArrayDeque<>();
    private final int capacity;
    private final @Nullable AdaptiveLimit limit;
    private final Backoff backoff;
    private final Random random;
    private long now;
    private long number;
    private int busy;
    private int begun;
    private int sent;
    private int answered;
    private int givenUp;

    Simulation(int capacity, @Nullable AdaptiveLimit limit, long seed) {
      this.capacity = capacity;
      this.limit = limit;
      this.random = new Random(seed);
      this.backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), random::nextLong);
    }

    void run() {
      for (int i = 0; i < WORKERS; i++) {
        Worker worker = new Worker();
        after(random.nextInt(1_000_000), worker::next);
      }
      for (Event event = events.poll(); event != null; event = events.poll()) {
        now = event.time();
        event.action().run();
        assertThat(busy).isLessThanOrEqualTo(capacity);
      }
      assertThat(queue).isEmpty();
    }

    private void after(long nanos, Runnable action) {
      events.add(new Event(now + nanos, number++, action));
    }

    private void admit() {
      while (!queue.isEmpty() && (limit == null || limit.tryEnter())) {
        queue.removeFirst().send();
      }
    }

    private final class Worker {
      private int attempt;
      private long round;

      void next() {
        if (begun < REQUESTS) {
          begun++;
          attempt = 1;
          enter();
        }
      }

      private void enter() {
        queue.addLast(this);
        admit();
      }

      void send() {
        sent++;
        round = limit == null ? 0 : limit.round();
        if (busy < capacity) {
          busy++;
          after(SERVICE, this::answered);
        } else {
          after(REFUSAL, this::refused);
        }
      }

      private void answered() {
        busy--;
        answered++;
        if (limit != null) {
          limit.answered();
          limit.leave();
        }
        admit();
        next();
      }

      private void refused() {
        if (limit != null) {
          limit.refused(round);
          limit.leave();
        }
        admit();
        if (attempt == ATTEMPTS) {
          givenUp++;
          next();
        } else {
          after(backoff.pause(attempt++, new Exception()).toNanos(), this::enter);
        }
      }
    }
  }
}
