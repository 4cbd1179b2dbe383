package io.thins3.store;

import static io.thins3.store.StoreFixture.by;
import static io.thins3.store.StoreFixture.failure;
import static io.thins3.store.StoreFixture.limits;
import static io.thins3.store.StoreFixture.mount;
import static io.thins3.store.StoreFixture.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.config.BucketMount;
import io.thins3.config.Credentials;
import io.thins3.config.HttpClientKind;
import io.thins3.store.StoreException.Kind;
import io.thins3.testing.FaultProxy;
import io.thins3.testing.S3Server;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A real server behind a bad network, and a server that dies. */
class S3FaultIT {
  /** The HTTP client under test; a subclass has the other. */
  HttpClientKind client() {
    return HttpClientKind.NATIVE;
  }

  private BucketMount byClient(
      URI endpoint, String bucket, String prefix, Credentials credentials) {
    return by(client(), mount(endpoint, bucket, prefix, credentials));
  }

  private static final S3Server SERVER = S3Server.shared();
  private static final byte[] CONTENT = new byte[3 << 20];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  /** Notices a stall after half a second. */
  private static final StoreLimits ALERT =
      limits(Duration.ofMillis(500), Duration.ofSeconds(20), 3);

  private final String bucket = SERVER.createBucket();
  private final String etag = SERVER.put(bucket, "object", CONTENT);
  private final FaultProxy network = FaultProxy.inFrontOf(SERVER.endpoint());
  private final S3ObjectStore store =
      open(byClient(network.endpoint(), bucket, "", SERVER.credentials()), ALERT);

  @AfterEach
  void close() {
    store.close();
    network.close();
  }

  private ByteBuffer read() throws StoreException {
    ByteBuffer buffer = ByteBuffer.allocate(CONTENT.length);
    StoreFixture.fillResumed(store, "object", etag, buffer, 4);
    return buffer;
  }

  @Test
  void body_cutSeveralTimes_isResumedWhereItBroke() throws Exception {
    network.cutAfter(500_000, 4);

    assertThat(read().array()).isEqualTo(CONTENT);
    assertThat(network.accepted()).isEqualTo(5);
  }

  @Test
  void body_stalledOnce_isResumedOnAnotherConnection() throws Exception {
    network.stallAfter(1_000_000, 1);

    assertThat(read().array()).isEqualTo(CONTENT);
    assertThat(network.accepted()).isEqualTo(2);
  }

  @Test
  void body_stalledForGood_isATimeout() {
    // Each connection carries the headers and no more than that of a body.
    network.stallAfter(1_000, Integer.MAX_VALUE);

    StoreException failure = failure(this::read);

    assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
    assertThat(failure)
        .hasMessageContaining("no bytes in time")
        .hasMessageContaining(network.endpoint().toString());
  }

  @Test
  void pooledConnection_closedByTheNetwork_isReplaced() throws Exception {
    assertThat(store.head("object")).isPresent();
    network.cutAll();

    assertThat(store.head("object")).isPresent();
    assertThat(network.accepted()).isEqualTo(2);
  }

  @Test
  void network_refusing_isUnreachableAndThenWorksAgain() throws Exception {
    assertThat(store.head("object")).isPresent();
    network.refuse();
    assertThat(failure(() -> store.head("object")).kind()).isEqualTo(Kind.UNREACHABLE);

    network.acceptAgain();

    assertThat(store.head("object")).isPresent();
  }

  @Test
  void delay_ofEveryAnswer_isNoFailure() throws Exception {
    network.delay(Duration.ofMillis(50));

    assertThat(read().array()).isEqualTo(CONTENT);
  }

  @Test
  void server_restartedMeanwhile_isNotNoticedWithTheLimitsOfAMount() throws Exception {
    try (S3Server own = S3Server.start();
        S3ObjectStore patient =
            open(
                byClient(own.endpoint(), "own", "", own.credentials()),
                StoreLimits.of(Duration.ofSeconds(30)))) {
      own.client().createBucket(b -> b.bucket("own"));
      String version = own.put("own", "object", CONTENT);
      ExecutorService readers = Executors.newFixedThreadPool(8);
      try {
        own.stop();
        List<Future<ByteBuffer>> reads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          reads.add(
              readers.submit(
                  () -> {
                    ByteBuffer buffer = ByteBuffer.allocate(CONTENT.length);
                    StoreFixture.fill(patient, "object", version, 0, buffer);
                    return buffer;
                  }));
        }
        own.startAgain();
        for (Future<ByteBuffer> read : reads) {
          assertThat(read.get(60, TimeUnit.SECONDS).array()).isEqualTo(CONTENT);
        }
      } finally {
        readers.shutdownNow();
      }
    }
  }

  @Test
  void readers_sixtyFour_getTheirBytes() throws Exception {
    StoreLimits limits = StoreLimits.of(Duration.ofSeconds(30));
    try (S3ObjectStore wide =
        open(byClient(SERVER.endpoint(), bucket, "", SERVER.credentials()), limits)) {
      ExecutorService readers = Executors.newFixedThreadPool(64);
      try {
        List<Future<Boolean>> reads = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
          int offset = i * 12_000;
          reads.add(
              readers.submit(
                  () -> {
                    ByteBuffer buffer = ByteBuffer.allocateDirect(10_000);
                    StoreFixture.fill(wide, "object", etag, offset, buffer);
                    return buffer.flip().equals(ByteBuffer.wrap(CONTENT, offset, 10_000));
                  }));
        }
        for (Future<Boolean> read : reads) {
          assertThat(read.get(60, TimeUnit.SECONDS)).isTrue();
        }
      } finally {
        readers.shutdownNow();
      }
    }
  }
}
