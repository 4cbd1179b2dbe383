package io.thins3.store;

import static io.thins3.store.StoreFixture.SOME;
import static io.thins3.store.StoreFixture.limits;
import static io.thins3.store.StoreFixture.mount;
import static io.thins3.store.StoreFixture.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.store.StoreException.Kind;
import io.thins3.testing.Await;
import io.thins3.testing.ScriptedS3;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A thread that waits for a store that says nothing can be interrupted, and sees a close. */
class InterruptedStoreTest {
  private static final Duration LONG = Duration.ofSeconds(100);

  /** Far below all timeouts of these limits: who ends within it was not waiting for one. */
  private static final Duration SOON = Duration.ofSeconds(30);

  private static final StoreLimits PATIENT = limits(LONG, LONG, 3);

  private final ScriptedS3 server = ScriptedS3.start();
  private final S3ObjectStore store = open(mount(server.endpoint(), "bucket", "", SOME), PATIENT);
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void close() {
    end.countDown();
    store.close();
    server.close();
  }

  private void stall() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs a call on a thread of its own until the server has its request. */
  private final class Waiting {
    final AtomicReference<Throwable> outcome = new AtomicReference<>();
    final AtomicBoolean interruptStatus = new AtomicBoolean();
    final Thread thread;

    Waiting(StoreCall<?> call) {
      thread =
          new Thread(
              () -> {
                try {
                  call.run();
                  outcome.set(new AssertionError("the call succeeded"));
                } catch (Throwable e) {
                  outcome.set(e);
                }
                interruptStatus.set(Thread.currentThread().isInterrupted());
              });
      thread.start();
      Await.until("the request has come", SOON, () -> !server.requests().isEmpty());
    }

    StoreException end() throws InterruptedException {
      TimeUnit.NANOSECONDS.timedJoin(thread, SOON.toNanos());
      assertThat(thread.getStackTrace()).as("still waiting").isEmpty();
      Throwable thrown = outcome.get();
      if (thrown instanceof StoreException failure) {
        return failure;
      }
      throw new AssertionError("no StoreException", thrown);
    }
  }

  @Test
  void interrupt_waitingForAnAnswer_endsTheCallAtOnce() throws Exception {
    server.always(exchange -> stall());
    Waiting waiting = new Waiting(() -> store.head("key"));

    waiting.thread.interrupt();

    assertThat(waiting.end().kind()).isEqualTo(Kind.INTERRUPTED);
    assertThat(waiting.interruptStatus).isTrue();
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void interrupt_waitingForABody_endsTheCallAtOnce() throws Exception {
    CountDownLatch headersSent = new CountDownLatch(1);
    server.always(
        exchange -> {
          exchange.getResponseHeaders().set("ETag", "\"e\"");
          exchange.getResponseHeaders().set("Content-Range", "bytes 0-9/10");
          exchange.sendResponseHeaders(206, 10);
          exchange.getResponseBody().write(1);
          exchange.getResponseBody().flush();
          headersSent.countDown();
          stall();
        });
    ByteBuffer buffer = ByteBuffer.allocate(10);
    Waiting waiting =
        new Waiting(
            () -> {
              store.get("key", "\"e\"", 0, buffer);
              return buffer;
            });
    headersSent.await();

    waiting.thread.interrupt();

    assertThat(waiting.end().kind()).isEqualTo(Kind.INTERRUPTED);
    assertThat(waiting.interruptStatus).isTrue();
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void interrupt_before_sendsNothing() throws Exception {
    server.always(ScriptedS3.emptyListing());
    Thread.currentThread().interrupt();
    StoreException failure;
    boolean status;
    try {
      failure = StoreFixture.failure(() -> store.list(ListRequest.directory("")));
    } finally {
      status = Thread.interrupted();
    }

    assertThat(failure.kind()).isEqualTo(Kind.INTERRUPTED);
    assertThat(status).isTrue();
    // The connections are still good.
    assertThat(store.list(ListRequest.directory("")).isEmpty()).isTrue();
  }

  @Test
  void close_waitingForAnAnswer_endsTheCall() throws Exception {
    server.always(exchange -> stall());
    Waiting waiting = new Waiting(() -> store.list(ListRequest.directory("")));

    store.close();

    assertThat(waiting.end()).hasMessageContaining("closed");
    assertThat(waiting.interruptStatus).isFalse();
  }
}
