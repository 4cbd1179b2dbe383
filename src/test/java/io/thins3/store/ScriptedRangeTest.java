package io.thins3.store;

import static io.thins3.store.StoreFixture.SOME;
import static io.thins3.store.StoreFixture.by;
import static io.thins3.store.StoreFixture.failure;
import static io.thins3.store.StoreFixture.limits;
import static io.thins3.store.StoreFixture.mount;
import static io.thins3.store.StoreFixture.open;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.config.BucketMount;
import io.thins3.config.Credentials;
import io.thins3.config.HttpClientKind;
import io.thins3.store.StoreException.Kind;
import io.thins3.testing.ScriptedS3;
import io.thins3.testing.ScriptedS3.Answer;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that do not do what If-Match and Range ask for. */
class ScriptedRangeTest {
  /** The HTTP client under test; a subclass has the other. */
  HttpClientKind client() {
    return HttpClientKind.NATIVE;
  }

  private BucketMount byClient(
      URI endpoint, String bucket, String prefix, Credentials credentials) {
    return by(client(), mount(endpoint, bucket, prefix, credentials));
  }

  private static final String ETAG = "\"version-1\"";

  private final ScriptedS3 server = ScriptedS3.start();
  private final S3ObjectStore store = open(byClient(server.endpoint(), "bucket", "", SOME));

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  private StoreException getFailure(Answer answer, long offset, int length) {
    server.always(answer);
    return failure(() -> store.get("key", ETAG, offset, ByteBuffer.allocate(length)));
  }

  @Test
  void get_range_asksForItWithItsVersion() throws Exception {
    server.always(ScriptedS3.range(ETAG, 10, 100, "hello".getBytes(UTF_8)));
    ByteBuffer buffer = ByteBuffer.allocate(20).position(3).limit(8);

    store.get("key", ETAG, 10, buffer);

    assertThat(buffer.position()).isEqualTo(8);
    assertThat(new String(buffer.array(), 3, 5, UTF_8)).isEqualTo("hello");
    assertThat(server.requests()).hasSize(1);
    assertThat(server.requests().get(0).headers())
        .containsEntry("Range", "bytes=10-14")
        .containsEntry("If-match", ETAG);
  }

  @Test
  void get_ofNothing_isRefusedWithoutARequest() {
    assertThatThrownBy(() -> store.get("key", ETAG, 0, ByteBuffer.allocate(0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.get("key", ETAG, -1, ByteBuffer.allocate(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void get_otherVersionThanAskedFor_isNeverGiven() {
    StoreException failure =
        getFailure(ScriptedS3.range("\"version-2\"", 0, 5, "hello".getBytes(UTF_8)), 0, 5);

    assertThat(failure.kind()).isEqualTo(Kind.PRECONDITION_FAILED);
  }

  @Test
  void get_otherRangeThanAskedFor_isABadResponse() {
    StoreException failure =
        getFailure(ScriptedS3.range(ETAG, 0, 100, "hello".getBytes(UTF_8)), 10, 5);

    assertThat(failure.kind()).isEqualTo(Kind.BAD_RESPONSE);
  }

  @Test
  void get_objectEndsBefore_isAnInvalidRange() {
    StoreException failure =
        getFailure(ScriptedS3.range(ETAG, 95, 100, "hello".getBytes(UTF_8)), 95, 10);

    assertThat(failure.kind()).isEqualTo(Kind.INVALID_RANGE);
  }

  @Test
  void get_wholeObjectInsteadOfARange_isUsedFromItsBeginningOnly() throws Exception {
    Answer whole = ScriptedS3.answer(200, Map.of("ETag", ETAG), "hello world".getBytes(UTF_8));
    server.always(whole);
    ByteBuffer buffer = ByteBuffer.allocate(5);
    store.get("key", ETAG, 0, buffer);

    assertThat(new String(buffer.array(), UTF_8)).isEqualTo("hello");
    assertThat(getFailure(whole, 6, 5).kind()).isEqualTo(Kind.BAD_RESPONSE);
  }

  @Test
  void get_replacedBetweenResumptions_neverMixesVersions() {
    byte[] half = new byte[100_000];
    Answer cut =
        exchange -> {
          exchange.getResponseHeaders().set("ETag", ETAG);
          exchange.getResponseHeaders().set("Content-Range", "bytes 0-199999/200000");
          exchange.sendResponseHeaders(206, 200_000);
          OutputStream out = exchange.getResponseBody();
          out.write(half);
          out.flush();
        };
    server.then(cut);

    StoreException failure =
        getFailure(ScriptedS3.error(412, "PreconditionFailed", "replaced"), 0, 200_000);

    assertThat(failure.kind()).isEqualTo(Kind.PRECONDITION_FAILED);
    assertThat(server.requests().get(1).headers())
        .containsEntry("Range", "bytes=100000-199999")
        .containsEntry("If-match", ETAG);
  }

  @Test
  void get_alwaysCutAtTheSamePlace_givesUp() {
    Answer cut =
        exchange -> {
          exchange.getResponseHeaders().set("ETag", ETAG);
          exchange.getResponseHeaders().set("Content-Range", "bytes 0-9/10");
          exchange.sendResponseHeaders(206, 10);
          exchange.getResponseBody().flush();
        };

    StoreException failure = getFailure(cut, 0, 10);

    assertThat(failure.kind()).isEqualTo(Kind.BAD_RESPONSE);
    assertThat(failure).hasMessageContaining("cut short");
    assertThat(server.requests()).hasSize(4);
  }

  @Test
  @Timeout(60)
  void get_bodyDropByDrop_endsAtItsDeadline() throws Exception {
    StoreLimits limits = limits(Duration.ofSeconds(5), Duration.ofSeconds(1), 2);
    server.always(
        exchange -> {
          exchange.getResponseHeaders().set("ETag", ETAG);
          exchange.getResponseHeaders().set("Content-Range", "bytes 0-59999/60000");
          exchange.sendResponseHeaders(206, 60_000);
          OutputStream out = exchange.getResponseBody();
          for (int i = 0; i < 60_000; i++) {
            out.write(0);
            out.flush();
            LockSupport.parkNanos(20_000_000);
          }
        });
    try (S3ObjectStore impatient = open(byClient(server.endpoint(), "bucket", "", SOME), limits)) {
      StoreException failure =
          failure(() -> impatient.get("key", ETAG, 0, ByteBuffer.allocate(60_000)));

      assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
      assertThat(failure).hasMessageContaining("slowly");
    }
  }
}
