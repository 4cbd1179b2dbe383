package io.thins3.store;

import static io.thins3.store.StoreFixture.SOME;
import static io.thins3.store.StoreFixture.by;
import static io.thins3.store.StoreFixture.failure;
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
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
    return failure(
        () -> StoreFixture.fill(store, "key", ETAG, offset, ByteBuffer.allocate(length)));
  }

  @Test
  void get_range_asksForItWithItsVersion() throws Exception {
    server.always(ScriptedS3.range(ETAG, 10, 100, "hello".getBytes(UTF_8)));
    ByteBuffer buffer = ByteBuffer.allocate(20).position(3).limit(8);

    StoreFixture.fill(store, "key", ETAG, 10, buffer);

    assertThat(buffer.position()).isEqualTo(8);
    assertThat(new String(buffer.array(), 3, 5, UTF_8)).isEqualTo("hello");
    assertThat(server.requests()).hasSize(1);
    assertThat(server.requests().get(0).headers())
        .containsEntry("Range", "bytes=10-14")
        .containsEntry("If-match", ETAG);
  }

  /** Content-Encoding is the object's own, and a store that could compress is not asked to. */
  @Test
  void get_gzipEncodedObject_isGivenAsItIsStored() throws Exception {
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(stored)) {
      gzip.write(new byte[100_000]);
    }
    Answer range = ScriptedS3.range(ETAG, 0, stored.size(), stored.toByteArray());
    server.always(
        exchange -> {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          range.send(exchange);
        });
    ByteBuffer buffer = ByteBuffer.allocate(stored.size());

    StoreFixture.fill(store, "key", ETAG, 0, buffer);

    assertThat(buffer.array()).isEqualTo(stored.toByteArray());
  }

  @Test
  void requests_ofEachKind_acceptNoCompression() throws Exception {
    server.then(
        ScriptedS3.range(ETAG, 0, 5, "hello".getBytes(UTF_8)),
        ScriptedS3.answer(404, Map.of(), new byte[0]),
        ScriptedS3.emptyListing());

    StoreFixture.fill(store, "key", ETAG, 0, ByteBuffer.allocate(5));
    store.head("key");
    store.list(ListRequest.directory(""));

    assertThat(server.requests()).extracting(ScriptedS3.Request::method).contains("GET", "HEAD");
    assertThat(server.requests())
        .hasSizeGreaterThanOrEqualTo(3)
        .allSatisfy(
            request ->
                assertThat(request.headers())
                    .doesNotContainKeys("Accept-encoding", "Te", "Accept-Encoding"));
  }

  @Test
  void get_ofNothing_isRefusedWithoutARequest() {
    assertThatThrownBy(() -> StoreFixture.fill(store, "key", ETAG, 0, ByteBuffer.allocate(0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> StoreFixture.fill(store, "key", ETAG, -1, ByteBuffer.allocate(1)))
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
    StoreFixture.fill(store, "key", ETAG, 0, buffer);

    assertThat(new String(buffer.array(), UTF_8)).isEqualTo("hello");
    assertThat(getFailure(whole, 6, 5).kind()).isEqualTo(Kind.BAD_RESPONSE);
  }

  @Test
  void get_foreignAnswerWithoutETag_isNeverContent() {
    Answer page = ScriptedS3.answer(200, Map.of(), "<html>log in here</html>".getBytes(UTF_8));
    assertThat(getFailure(page, 0, 5).kind()).isEqualTo(Kind.BAD_RESPONSE);
    assertThat(failure(() -> whole(5)).kind()).isEqualTo(Kind.BAD_RESPONSE);
  }

  @Test
  void getWhole_anotherLength_isABadResponse() {
    server.always(ScriptedS3.answer(200, Map.of("ETag", ETAG), "hello".getBytes(UTF_8)));
    assertThat(failure(() -> whole(4)).kind()).isEqualTo(Kind.BAD_RESPONSE);
    assertThat(failure(() -> whole(6)).kind()).isEqualTo(Kind.BAD_RESPONSE);
  }

  private static Answer chunked(String body) {
    return exchange -> {
      exchange.getResponseHeaders().set("ETag", ETAG);
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(body.getBytes(UTF_8));
      exchange.getResponseBody().close();
    };
  }

  @Test
  void getWhole_chunked_endsWithTheObject() throws Exception {
    server.always(chunked("hello"));

    assertThat(whole(5)).isEqualTo("hello");
    assertThat(failure(() -> whole(4))).hasMessageContaining("more bytes");
    assertThat(failure(() -> whole(6))).hasMessageContaining("cut short");
  }

  private String whole(int size) throws StoreException {
    ByteBuffer buffer = ByteBuffer.allocate(size + 10);
    try (ObjectBody body = store.getWhole("key", ETAG, size)) {
      while (body.read(buffer) >= 0) {
        assertThat(buffer.position()).isLessThanOrEqualTo(size);
      }
    }
    return new String(buffer.array(), 0, buffer.position(), UTF_8);
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

    server.always(ScriptedS3.error(412, "PreconditionFailed", "replaced"));

    StoreException failure =
        failure(
            () -> StoreFixture.fillResumed(store, "key", ETAG, ByteBuffer.allocate(200_000), 3));

    assertThat(failure.kind()).isEqualTo(Kind.PRECONDITION_FAILED);
    assertThat(server.requests().get(1).headers())
        .containsEntry("Range", "bytes=100000-199999")
        .containsEntry("If-match", ETAG);
  }

  @Test
  void get_bodyCutShort_isABadResponseAndNotAskedForAgain() {
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
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void get_bodyGivenUp_freesItsConnection() throws Exception {
    byte[] content = new byte[3 << 20];
    server.always(ScriptedS3.range(ETAG, 0, content.length, content));
    for (int i = 0; i < 40; i++) { // more than there are connections
      try (ObjectBody body = store.get("key", ETAG, 0, content.length)) {
        assertThat(body.read(ByteBuffer.allocateDirect(100_000))).isPositive();
        if (i % 2 == 0) {
          body.abort();
        }
      }
    }
    assertThat(server.requests()).hasSize(40);
  }

  @Test
  void read_abortedMeanwhile_fails() throws Exception {
    CountDownLatch sent = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    server.always(
        exchange -> {
          exchange.getResponseHeaders().set("ETag", ETAG);
          exchange.getResponseHeaders().set("Content-Range", "bytes 0-9/10");
          exchange.sendResponseHeaders(206, 10);
          exchange.getResponseBody().flush();
          sent.countDown();
          await(over);
        });
    try (ObjectBody body = store.get("key", ETAG, 0, 10)) {
      await(sent);
      Thread other = new Thread(body::abort);
      other.start();
      failure(() -> body.read(ByteBuffer.allocate(10)));
      other.join(30_000);
    } finally {
      over.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
