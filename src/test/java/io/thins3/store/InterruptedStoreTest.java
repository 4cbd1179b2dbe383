package io.thins3.store;

import static io.thins3.store.StoreFixture.SOME;
import static io.thins3.store.StoreFixture.by;
import static io.thins3.store.StoreFixture.limits;
import static io.thins3.store.StoreFixture.mount;
import static io.thins3.store.StoreFixture.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.config.BucketMount;
import io.thins3.config.Credentials;
import io.thins3.config.HttpClientKind;
import io.thins3.store.StoreException.Kind;
import io.thins3.testing.Await;
import io.thins3.testing.ScriptedS3;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A thread that waits for a store that says nothing can be interrupted, and sees a close. */
class InterruptedStoreTest {
  /** The HTTP client under test; a subclass has the other. */
  HttpClientKind client() {
    return HttpClientKind.NATIVE;
  }

  private BucketMount byClient(
      URI endpoint, String bucket, String prefix, Credentials credentials) {
    return by(client(), mount(endpoint, bucket, prefix, credentials));
  }

  private static final Duration LONG = Duration.ofSeconds(100);

  /** Far below all timeouts of these limits: who ends within it was not waiting for one. */
  private static final Duration SOON = Duration.ofSeconds(30);

  /** Of {@link StoreFixture#limits}. */
  private static final int CONNECTIONS = 16;

  private static final StoreLimits PATIENT = limits(LONG, LONG, 3);

  private final ScriptedS3 server = ScriptedS3.start();
  private final S3ObjectStore store =
      open(byClient(server.endpoint(), "bucket", "", SOME), PATIENT);
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
              StoreFixture.fill(store, "key", "\"e\"", 0, buffer);
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

  /** Whatever a call is doing when it is interrupted, it ends, says so, and leaks no connection. */
  @Test
  void interrupt_atAnyMoment_leavesTheStoreUsable() throws Exception {
    long seed = System.nanoTime();
    System.out.println("interrupt_atAnyMoment_leavesTheStoreUsable: seed " + seed);
    Random random = new Random(seed);
    byte[] body = new byte[50_000];
    server.answering(
        request ->
            request.method().equals("HEAD")
                ? ScriptedS3.answer(404, Map.of("x-minio-error-code", "NoSuchKey"), new byte[0])
                : request.target().contains("list-type")
                    ? ScriptedS3.emptyListing()
                    : ScriptedS3.range("\"e\"", 0, body.length, body));
    List<StoreCall<?>> calls =
        List.of(
            () -> store.head("key"),
            () -> store.list(ListRequest.directory("")),
            () -> {
              StoreFixture.fill(store, "key", "\"e\"", 0, ByteBuffer.allocate(body.length));
              return body;
            });
    int interrupted = 0;
    for (int i = 0; i < 300; i++) {
      StoreCall<?> call = calls.get(i % calls.size());
      AtomicReference<Throwable> outcome = new AtomicReference<>();
      AtomicBoolean status = new AtomicBoolean();
      Thread thread =
          new Thread(
              () -> {
                try {
                  call.run();
                } catch (Throwable e) {
                  outcome.set(e);
                }
                status.set(Thread.currentThread().isInterrupted());
              });
      thread.start();
      LockSupport.parkNanos(random.nextInt(3_000_000));
      thread.interrupt();
      TimeUnit.NANOSECONDS.timedJoin(thread, SOON.toNanos());
      assertThat(thread.getStackTrace()).as("call %s still runs", i).isEmpty();
      if (outcome.get() != null) {
        assertThat(outcome.get()).isInstanceOf(StoreException.class);
        assertThat(((StoreException) outcome.get()).kind()).isEqualTo(Kind.INTERRUPTED);
        assertThat(status).as("interrupt status of call %s", i).isTrue();
        interrupted++;
      }
    }

    assertThat(interrupted).isPositive();
    // More calls at a time than a pool with leaks would have connections for.
    ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
    try {
      // A request of a call that was interrupted may come to its answer only now: it does not
      // count.
      CountDownLatch together = new CountDownLatch(CONNECTIONS);
      server.answering(
          request ->
              request.target().contains("together")
                  ? exchange -> {
                    together.countDown();
                    await(together);
                    ScriptedS3.emptyListing().send(exchange);
                  }
                  : ScriptedS3.emptyListing());
      List<Future<ListPage>> pages = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        pages.add(threads.submit(() -> store.list(ListRequest.directory("together/"))));
      }
      for (Future<ListPage> page : pages) {
        assertThat(page.get(SOON.toSeconds(), TimeUnit.SECONDS).isEmpty()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void await(CountDownLatch all) {
    try {
      assertThat(all.await(SOON.toSeconds(), TimeUnit.SECONDS))
          .as("the requests arrive together")
          .isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
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
