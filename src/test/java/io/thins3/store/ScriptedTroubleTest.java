package io.thins3.store;

import static io.thins3.store.StoreFixture.SOME;
import static io.thins3.store.StoreFixture.by;
import static io.thins3.store.StoreFixture.failure;
import static io.thins3.store.StoreFixture.limits;
import static io.thins3.store.StoreFixture.mount;
import static io.thins3.store.StoreFixture.open;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.config.HttpClientKind;
import io.thins3.store.StoreException.Kind;
import io.thins3.testing.ScriptedS3;
import io.thins3.testing.ScriptedS3.Answer;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that refuses, hangs, or is wrong about lengths. */
@Timeout(120)
class ScriptedTroubleTest {
  private static final String ETAG = "\"version-1\"";
  private static final int LENGTH = 100_000;
  private static final byte[] CONTENT = new byte[LENGTH];
  private static final Answer RANGE = ScriptedS3.range(ETAG, 0, LENGTH, CONTENT);
  private static final Answer SLOW_DOWN = ScriptedS3.error(503, "SlowDown", "reduce your rate");

  /** The HTTP client under test; a subclass has the other. */
  HttpClientKind client() {
    return HttpClientKind.NATIVE;
  }

  private final ScriptedS3 server = ScriptedS3.start();

  @AfterEach
  void close() {
    server.close();
  }

  private S3ObjectStore store(StoreLimits limits) {
    return open(by(client(), mount(server.endpoint(), "bucket", "", SOME)), limits);
  }

  private static void read(S3ObjectStore store) throws StoreException {
    StoreFixture.fill(store, "key", ETAG, 0, ByteBuffer.allocateDirect(LENGTH));
  }

  private static StoreLimits many(int connections) {
    return new StoreLimits(
        Duration.ofSeconds(20),
        Duration.ofSeconds(60),
        12,
        Duration.ofMillis(20),
        Duration.ofMillis(500),
        connections,
        Duration.ofHours(1));
  }

  @Test
  void manyReaders_serverForAFew_getsLittleMoreThanIsNeeded() throws Exception {
    AtomicInteger busy = new AtomicInteger();
    server.always(
        exchange -> {
          boolean room = busy.incrementAndGet() <= 4;
          try {
            if (room) {
              LockSupport.parkNanos(3_000_000);
              RANGE.send(exchange);
            }
          } finally {
            busy.decrementAndGet();
          }
          if (!room) {
            SLOW_DOWN.send(exchange);
          }
        });
    ExecutorService readers = Executors.newFixedThreadPool(32);
    try (S3ObjectStore store = store(many(32))) {
      List<Future<?>> reads = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        reads.add(
            readers.submit(
                () -> {
                  read(store);
                  return null;
                }));
      }
      for (Future<?> read : reads) {
        read.get(100, TimeUnit.SECONDS);
      }
      StoreCounts counts = store.counts();
      System.out.println("a server for 4 at once, 1000 requests: " + counts);
      assertThat(server.requests()).hasSizeLessThan(1500);
      assertThat(counts.attempts()).isEqualTo(server.requests().size());
      assertThat(counts.retries()).isEqualTo(counts.attempts() - 1000);
      assertThat(counts.throttled()).isEqualTo(counts.retries()).isPositive();
      assertThat(counts.limit()).isLessThan(32);
      assertThat(counts.hedged()).as("no extra load for a store that refuses").isZero();
    } finally {
      readers.shutdownNow();
    }
  }

  @Test
  void burstOfRefusals_passes() throws Exception {
    for (int i = 0; i < 8; i++) {
      server.then(SLOW_DOWN);
    }
    server.always(RANGE);
    try (S3ObjectStore store = store(many(4))) {
      read(store);

      assertThat(store.counts().throttled()).isEqualTo(8);
      assertThat(store.counts().limit()).isEqualTo(1);
      for (int i = 0; i < 100; i++) {
        read(store);
      }
      assertThat(store.counts().limit()).isEqualTo(4);
    }
  }

  @Test
  void refusedForEver_endsWithTheStoresWords() {
    server.always(SLOW_DOWN);
    try (S3ObjectStore store =
        store(limits(Duration.ofSeconds(1), Duration.ofSeconds(2), Integer.MAX_VALUE))) {
      long start = System.nanoTime();

      StoreException failure = failure(() -> read(store));

      assertThrottled(failure, "SlowDown");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    }
  }

  @Test
  void noTurnInTime_whileTheStoreRefuses_isThrottled() throws Exception {
    server.then(SLOW_DOWN);
    server.always(RANGE);
    StoreLimits limits =
        new StoreLimits(
            Duration.ofSeconds(30),
            Duration.ofSeconds(2),
            2,
            Duration.ofMillis(2),
            Duration.ofMillis(10),
            2,
            Duration.ofHours(1));
    // Refused once: one at a time from now on, and that one is not read.
    try (S3ObjectStore store = store(limits);
        ObjectBody unread = store.get("key", ETAG, 0, LENGTH)) {
      StoreException failure = failure(() -> read(store));

      assertThrottled(failure, "refuses more than about 1 requests");
      assertThat(server.requests()).hasSize(2);
      unread.abort();
      read(store);
    }
  }

  /** The SDK interrupts its own calls when their time is over, whatever they wait for. */
  private void assertThrottled(StoreException failure, String words) {
    if (client() == HttpClientKind.NATIVE) {
      assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
      assertThat(failure).hasMessageContaining(words);
    } else {
      assertThat(failure.kind()).isIn(Kind.THROTTLED, Kind.TIMEOUT);
    }
  }

  @Test
  void firstBytesThatNeverCome_areATimeoutAfterTheSecondTry() {
    CountDownLatch over = new CountDownLatch(1);
    server.always(
        exchange -> {
          try {
            over.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    try (S3ObjectStore store = store(limits(Duration.ofMillis(500), Duration.ofSeconds(20), 2))) {
      StoreException failure = failure(() -> read(store));

      assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
      assertThat(server.requests()).hasSize(2);
    } finally {
      over.countDown();
    }
  }

  @Test
  void firstBytesThatComeLateOnce_areAskedForAgain() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    server.then(
        exchange -> {
          try {
            over.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.always(RANGE);
    try (S3ObjectStore store = store(limits(Duration.ofMillis(500), Duration.ofSeconds(20), 2))) {
      read(store);

      assertThat(store.counts().retries()).isEqualTo(1);
    } finally {
      over.countDown();
    }
  }

  @Test
  void contentLength_lessThanTheRange_isNeverTakenForWhole() {
    server.always(
        ScriptedS3.answer(
            206,
            Map.of("ETag", ETAG, "Content-Range", "bytes 0-%d/%d".formatted(LENGTH - 1, LENGTH)),
            new byte[LENGTH - 1]));
    try (S3ObjectStore store = store(StoreFixture.QUICK)) {
      StoreException failure = failure(() -> read(store));

      assertThat(failure.kind()).isEqualTo(Kind.BAD_RESPONSE);
    }
  }

  @Test
  void contentLength_moreThanTheRange_isRefusedAndKeepsNoConnection() {
    server.always(
        ScriptedS3.answer(
            206,
            Map.of("ETag", ETAG, "Content-Range", "bytes 0-%d/%d".formatted(LENGTH - 1, LENGTH)),
            new byte[LENGTH + 50_000]));
    try (S3ObjectStore store = store(many(2))) {
      for (int i = 0; i < 5; i++) { // more than there are connections
        StoreException failure = failure(() -> read(store));

        assertThat(failure.kind()).isEqualTo(Kind.BAD_RESPONSE);
        assertThat(failure).hasMessageContaining("with a body of " + (LENGTH + 50_000) + " bytes");
      }
    }
  }

  @Test
  void oneAttempt_isNeverSentAgain() {
    server.then(SLOW_DOWN);
    server.always(RANGE);
    try (S3ObjectStore store = store(limits(Duration.ofSeconds(5), Duration.ofSeconds(20), 1))) {
      assertThat(failure(() -> read(store)).kind()).isEqualTo(Kind.THROTTLED);
      assertThat(server.requests()).hasSize(1);
    }
  }

  /** Sends the beginning of a listing, and then something every so often. */
  private static Answer dripping(int status, CountDownLatch over) {
    return exchange -> {
      exchange.sendResponseHeaders(status, 0);
      OutputStream out = exchange.getResponseBody();
      out.write("<?xml version=\"1.0\"?>\n<ListBucketResult>".getBytes(UTF_8));
      try {
        do {
          out.write(' ');
          out.flush();
        } while (!over.await(300, TimeUnit.MILLISECONDS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 403, 500})
  void list_bodyByDrops_endsWithTheCall(int status) {
    CountDownLatch over = new CountDownLatch(1);
    server.always(dripping(status, over));
    try (S3ObjectStore store = store(limits(Duration.ofSeconds(1), Duration.ofSeconds(2), 3))) {
      long start = System.nanoTime();

      StoreException failure = failure(() -> store.list(ListRequest.directory("")));

      // The SDK makes the best of an error answer that it has read half.
      assertThat(failure.kind())
          .isIn(
              Kind.TIMEOUT,
              client() == HttpClientKind.APACHE && status == 403
                  ? Kind.ACCESS_DENIED
                  : Kind.TIMEOUT);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    } finally {
      over.countDown();
    }
  }

  /** AWS sends listings in chunks; the last of them, the end, may come in a packet of its own. */
  @Test
  void list_endOfTheBodyComesLate_isAListing() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    server.always(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          OutputStream out = exchange.getResponseBody();
          out.write(
              ("<?xml version=\"1.0\"?>\n<ListBucketResult><IsTruncated>false</IsTruncated>"
                      + "<CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes></ListBucketResult>")
                  .getBytes(UTF_8));
          out.flush();
          try {
            assertThat(never.await(1, TimeUnit.SECONDS)).isFalse();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    try (S3ObjectStore store = store(many(2))) {
      for (int i = 0; i < 3; i++) {
        assertThat(store.list(ListRequest.directory("")).commonPrefixes()).containsExactly("p/");
      }
      assertThat(server.requests()).hasSize(3);
    }
  }
}
