package io.thins3.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class CleanupTest {
  private final Cleanup cleanup = new Cleanup();
  private final List<String> undone = new CopyOnWriteArrayList<>();

  @Test
  void close_several_undoesInReverseOrderAndOnce() {
    cleanup.register("first", () -> undone.add("first"));
    cleanup.register("second", () -> undone.add("second"));

    cleanup.close();
    cleanup.close();

    assertThat(undone).containsExactly("second", "first");
  }

  @Test
  void close_oneFails_theOthersAreStillUndone() {
    cleanup.register("first", () -> undone.add("first"));
    cleanup.register(
        "second",
        () -> {
          throw new IOException("busy");
        });

    cleanup.close();

    assertThat(undone).containsExactly("first");
  }

  @Test
  void release_beforeTheEnd_isUndoneThenAndNotAgain() {
    try (var held = cleanup.register("early", () -> undone.add("early"))) {
      assertThat(held.get()).isEqualTo("early");
    }
    assertThat(undone).containsExactly("early");

    cleanup.close();

    assertThat(undone).containsExactly("early");
  }

  @Test
  void acquire_afterTheEnd_makesNothing() {
    cleanup.close();

    assertThatThrownBy(() -> cleanup.acquire("late", () -> undone.add("made"), made -> {}))
        .isInstanceOf(CancellationException.class);
    assertThat(undone).isEmpty();
  }

  /** The JVM halts after the shutdown hook: an unmount that another thread has begun must end. */
  @Test
  void close_whileAnotherThreadUndoes_waitsForIt() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    var held =
        cleanup.register(
            "slow",
            () -> {
              begun.countDown();
              assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
              undone.add("slow");
            });
    cleanup.register("other", () -> undone.add("other"));
    Thread releasing = new Thread(held::close);
    releasing.start();
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    Thread closing = new Thread(cleanup::close);
    closing.start();
    awaitWaiting(closing);

    assertThat(undone).isEmpty();
    goOn.countDown();
    closing.join(30_000);
    releasing.join(30_000);

    assertThat(undone).containsExactly("slow", "other");
  }

  private static void awaitWaiting(Thread thread) throws Exception {
    Deadline.in(Duration.ofSeconds(30))
        .await("waiting", 5, () -> thread.getState() == Thread.State.TIMED_WAITING);
  }

  /** The program closes at its end, Ctrl-C comes, and the JVM halts when the hook returns. */
  @Test
  void close_whileAnotherThreadCloses_returnsWhenThatOneIsThrough() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    cleanup.register("last", () -> undone.add("last"));
    cleanup.register(
        "slow",
        () -> {
          begun.countDown();
          assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
          undone.add("slow");
        });
    Thread program = new Thread(cleanup::close);
    program.start();
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    Thread hook = new Thread(cleanup::close);
    hook.start();
    awaitWaiting(hook);

    assertThat(undone).isEmpty();
    goOn.countDown();
    hook.join(30_000);

    assertThat(hook.isAlive()).isFalse();
    assertThat(undone).containsExactly("slow", "last");
    program.join(30_000);
  }

  @Test
  void interrupt_threadThatUndoes_isDoneWhenItIsThrough() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<Boolean> interruptedAfter = new CompletableFuture<>();
    cleanup.register("later", () -> undone.add("later, interrupted: " + Thread.interrupted()));
    cleanup.register(
        "slow",
        () -> {
          begun.countDown();
          assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
          undone.add("slow");
        });
    Thread program =
        new Thread(
            () -> {
              cleanup.close();
              interruptedAfter.complete(Thread.currentThread().isInterrupted());
            });
    program.start();
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

    cleanup.interrupt(program);
    goOn.countDown();

    assertThat(interruptedAfter.get(30, TimeUnit.SECONDS)).isTrue();
    assertThat(undone).containsExactly("slow", "later, interrupted: false");
  }

  @Test
  void interrupt_threadThatWorks_isDoneAtOnce() {
    cleanup.interrupt(Thread.currentThread());

    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void make_afterTheEnd_makesNothing() {
    cleanup.end();

    assertThatThrownBy(() -> cleanup.make(() -> undone.add("made")))
        .isInstanceOf(CancellationException.class);
    assertThat(undone).isEmpty();
  }
}
