package io.thins3.store;

import static io.thins3.store.StoreFixture.QUICK;
import static io.thins3.store.StoreFixture.SOME;
import static io.thins3.store.StoreFixture.by;
import static io.thins3.store.StoreFixture.failure;
import static io.thins3.store.StoreFixture.limits;
import static io.thins3.store.StoreFixture.mount;
import static io.thins3.store.StoreFixture.open;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.config.BucketMount;
import io.thins3.config.Credentials;
import io.thins3.config.HttpClientKind;
import io.thins3.store.StoreException.Kind;
import io.thins3.testing.FaultProxy;
import io.thins3.testing.ScriptedS3;
import io.thins3.testing.ScriptedS3.Answer;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that a real server does not give on demand. */
class ScriptedStoreTest {
  /** The HTTP client under test; a subclass has the other. */
  HttpClientKind client() {
    return HttpClientKind.NATIVE;
  }

  private BucketMount byClient(
      URI endpoint, String bucket, String prefix, Credentials credentials) {
    return by(client(), mount(endpoint, bucket, prefix, credentials));
  }

  private final ScriptedS3 server = ScriptedS3.start();
  private final S3ObjectStore store = open(byClient(server.endpoint(), "bucket", "", SOME));

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  private StoreException listFailure(Answer answer) {
    server.always(answer);
    return failure(() -> store.list(ListRequest.directory("")));
  }

  private List<String> methods() {
    return server.requests().stream().map(ScriptedS3.Request::method).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "404, NoSuchBucket, NO_SUCH_BUCKET",
    "400, InvalidBucketName, NO_SUCH_BUCKET",
    "403, AccessDenied, ACCESS_DENIED",
    "403, InvalidObjectState, ACCESS_DENIED",
    "403, SomethingNew, ACCESS_DENIED",
    "403, InvalidAccessKeyId, BAD_CREDENTIALS",
    "403, SignatureDoesNotMatch, BAD_CREDENTIALS",
    "400, ExpiredToken, BAD_CREDENTIALS",
    "403, InvalidTokenId, BAD_CREDENTIALS",
    "403, RequestTimeTooSkewed, BAD_CREDENTIALS",
    "400, AuthorizationHeaderMalformed, BAD_CREDENTIALS",
    "412, PreconditionFailed, PRECONDITION_FAILED",
    "416, InvalidRange, INVALID_RANGE",
    "400, KeyTooLongError, INVALID_REQUEST",
    "400, XMinioInvalidObjectName, INVALID_REQUEST",
    "400, EntityTooLarge, TOO_LARGE",
    "507, XMinioStorageFull, NO_SPACE",
    "400, XMinioAdminBucketQuotaExceeded, QUOTA_EXCEEDED",
    "501, NotImplemented, NOT_SUPPORTED",
    "501, SomethingNew, NOT_SUPPORTED",
  })
  void errorAnswer_final_hasItsKindAfterOneRequest(int status, String code, Kind kind) {
    StoreException failure = listFailure(ScriptedS3.error(status, code, "words"));

    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.status()).isEqualTo(status);
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure)
        .hasMessageStartingWith(
            "LIST s3://bucket/: " + code + " (" + status + ", request id SCRIPTED)");
    // A skewed clock is worth one more try: the SDK has learnt the store's time. What does not
    // know one kind of listing may know the other.
    int expected = code.equals("RequestTimeTooSkewed") ? 2 : kind == Kind.NOT_SUPPORTED ? 2 : 1;
    assertThat(server.requests()).hasSize(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "500, InternalError, SERVER_ERROR",
    "502, BadGateway, SERVER_ERROR",
    "503, SlowDown, THROTTLED",
    "503, SlowDownRead, THROTTLED",
    "503, XMinioServerNotInitialized, THROTTLED",
    "429, TooManyRequests, THROTTLED",
    "409, OperationAborted, CONFLICT",
    "400, RequestTimeout, TIMEOUT",
  })
  void errorAnswer_passing_isTriedAgainAndThenHasItsKind(int status, String code, Kind kind) {
    StoreException failure = listFailure(ScriptedS3.error(status, code, "words"));

    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(server.requests()).hasSize(QUICK.attempts());
  }

  @Test
  void replaceMetadata_errorAfterStatus200_isAnError() throws Exception {
    server.always(ScriptedS3.error(200, "InternalError", "no space left on device"));
    ObjectDetails details =
        new ObjectDetails(
            new ObjectInfo("k", 1, "\"e\"", Instant.EPOCH),
            Map.of(),
            Map.of("content-type", "text/plain"),
            "STANDARD",
            null,
            null);

    StoreException failure =
        failure(() -> store.writer().replaceMetadata(details, Map.of("n", "v")));

    assertThat(failure.kind()).isEqualTo(Kind.NO_SPACE);
    assertThat(failure.getMessage()).startsWith("COPY s3://bucket/k: InternalError (");
    assertThat(methods()).containsExactly("PUT");
    Map<String, String> sent = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    sent.putAll(server.requests().get(0).headers());
    assertThat(sent)
        .containsEntry("x-amz-meta-n", "v")
        .containsEntry("x-amz-copy-source-if-match", "\"e\"")
        .containsEntry("x-amz-metadata-directive", "REPLACE")
        .containsEntry("content-type", "text/plain");
    assertThat(sent.get("x-amz-copy-source")).isIn("/bucket/k", "bucket/k");
  }

  @Test
  void diskFull_internalErrorThatSaysSo_isNoSpaceAndNotTriedAgain() {
    StoreException failure =
        listFailure(
            ScriptedS3.error(
                500,
                "InternalError",
                "We encountered an internal error, cause(no space left on device)"));

    assertThat(failure.kind()).isEqualTo(Kind.NO_SPACE);
    assertThat(failure).hasMessageContaining("no space left on device");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void errorAnswer_words_areMadePrintableAndShort() {
    StoreException failure =
        listFailure(
            ScriptedS3.error(400, "InvalidArgument", "first&#10;second " + "x".repeat(5000)));

    assertThat(failure.getMessage()).contains("first\\x0asecond").hasSizeLessThan(400);
  }

  @Test
  void errorAnswer_invalidXml_isReadNevertheless() {
    server.always(ScriptedS3.error(404, "NoSuchKey", "no key a&#x1;b"));

    StoreException failure = failure(() -> store.get("a\u0001b", "\"e\"", 0, 1));

    assertThat(failure.kind()).isEqualTo(Kind.NO_SUCH_KEY);
    assertThat(failure).hasMessageContaining("GET s3://bucket/a\\x01b: ");
  }

  @Test
  void skewedClock_message_namesTheClock() {
    assertThat(listFailure(ScriptedS3.error(403, "RequestTimeTooSkewed", "The difference…")))
        .hasMessageContaining("clock");
  }

  @Test
  void tooManyRequests_longRetryAfter_isNotObeyed() throws Exception {
    server
        .then(ScriptedS3.error(429, "TooManyRequests", "wait", Map.of("Retry-After", "3600")))
        .always(ScriptedS3.emptyListing());

    // Would end with TIMEOUT if the hour were waited for.
    assertThat(store.list(ListRequest.directory("")).isEmpty()).isTrue();
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void hangUp_once_isTriedAgain() throws Exception {
    server.then(ScriptedS3.hangUp()).always(ScriptedS3.emptyListing());

    assertThat(store.list(ListRequest.directory("")).isEmpty()).isTrue();
  }

  @Test
  void hangUp_always_isUnreachable() {
    assertThat(listFailure(ScriptedS3.hangUp()).kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(server.requests()).hasSize(QUICK.attempts());
  }

  @Test
  void html_insteadOfAListing_isABadResponse() {
    StoreException failure =
        listFailure(
            ScriptedS3.answer(
                404, Map.of("Content-Type", "text/html"), "<html>nginx".getBytes(UTF_8)));

    assertThat(failure.kind()).isEqualTo(Kind.BAD_RESPONSE);
    assertThat(failure).hasMessageContaining("HTTP 404");
  }

  @Test
  void head_codeInMinioHeader_tellsBucketFromKey() throws Exception {
    server.then(
        ScriptedS3.answer(404, Map.of("x-minio-error-code", "NoSuchKey"), new byte[0]),
        ScriptedS3.answer(404, Map.of("x-minio-error-code", "NoSuchBucket"), new byte[0]));

    assertThat(store.head("key")).isEmpty();
    assertThat(failure(() -> store.head("key")).kind()).isEqualTo(Kind.NO_SUCH_BUCKET);
    assertThat(methods()).containsExactly("HEAD", "HEAD");
  }

  @Test
  void head_bare404_asksOnceWhetherThereIsABucket() throws Exception {
    Answer bare = ScriptedS3.answer(404, Map.of(), new byte[0]);
    server.answering(request -> request.method().equals("HEAD") ? bare : ScriptedS3.emptyListing());

    assertThat(store.head("one")).isEmpty();
    assertThat(store.head("two")).isEmpty();
    assertThat(methods()).containsExactly("HEAD", "GET", "HEAD");
  }

  @Test
  void head_bare404WithoutBucket_isNoSuchBucket() {
    Answer bare = ScriptedS3.answer(404, Map.of(), new byte[0]);
    server.answering(
        request ->
            request.method().equals("HEAD")
                ? bare
                : ScriptedS3.error(404, "NoSuchBucket", "no such bucket"));

    assertThat(failure(() -> store.head("one")).kind()).isEqualTo(Kind.NO_SUCH_BUCKET);
  }

  @Test
  void head_bare404ForAUserWhoMayNotList_isEmpty() throws Exception {
    Answer bare = ScriptedS3.answer(404, Map.of(), new byte[0]);
    server.answering(
        request ->
            request.method().equals("HEAD")
                ? bare
                : ScriptedS3.error(403, "AccessDenied", "no listing"));

    assertThat(store.head("one")).isEmpty();
  }

  @Test
  void head_answerWithoutEtag_isABadResponse() {
    server.always(ScriptedS3.answer(200, Map.of("Content-Length", "5"), new byte[0]));

    assertThat(failure(() -> store.head("key")).kind()).isEqualTo(Kind.BAD_RESPONSE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a//b", "/x", "./x", "x/../y", "..", "x/", "a+b c%20d"})
  void head_anyKey_isSentAsItIs(String key) throws Exception {
    server.always(ScriptedS3.answer(404, Map.of("x-minio-error-code", "NoSuchKey"), new byte[0]));

    store.head(key);

    String encoded = server.requests().get(0).target().substring("/bucket/".length());
    assertThat(java.net.URLDecoder.decode(encoded.replace("+", "%2B"), UTF_8)).isEqualTo(key);
  }

  @Test
  void list_millisecondsOfTimes_areCut() throws Exception {
    server.always(
        ScriptedS3.listing(
            "<EncodingType>url</EncodingType><Contents><Key>a%2Bb+c</Key><Size>3</Size>"
                + "<ETag>&quot;e&quot;</ETag><LastModified>2026-02-03T04:05:06.789Z</LastModified>"
                + "</Contents><CommonPrefixes><Prefix>p%25%0A/</Prefix></CommonPrefixes>"));

    ListPage page = store.list(ListRequest.directory(""));

    assertThat(page.objects())
        .containsExactly(
            new ObjectInfo("a+b c", 3, "\"e\"", java.time.Instant.parse("2026-02-03T04:05:06Z")));
    assertThat(page.commonPrefixes()).containsExactly("p%\n/");
    assertThat(server.requests().get(0).target()).contains("encoding-type=url");
  }

  @Test
  void list_serverThatDoesNotEncode_isTakenAsItIs() throws Exception {
    server.always(
        ScriptedS3.listing("<CommonPrefixes><Prefix>100%25+1/</Prefix></CommonPrefixes>"));

    assertThat(store.list(ListRequest.directory("")).commonPrefixes()).containsExactly("100%25+1/");
  }

  @Test
  void list_truncatedWithoutToken_isABadResponse() {
    assertThat(listFailure(ScriptedS3.listing("<IsTruncated>true</IsTruncated>")).kind())
        .isEqualTo(Kind.BAD_RESPONSE);
  }

  @Test
  void list_limitBelowItsTimeout_doesNotHang() {
    StoreLimits limits = limits(Duration.ofMillis(300), Duration.ofSeconds(20), 2);
    java.util.concurrent.CountDownLatch end = new java.util.concurrent.CountDownLatch(1);
    server.always(
        exchange -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    try (S3ObjectStore impatient = open(byClient(server.endpoint(), "bucket", "", SOME), limits)) {
      StoreException failure = failure(() -> impatient.list(ListRequest.directory("")));

      assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
      assertThat(failure).hasMessageContaining(server.endpoint().toString());
      assertThat(server.requests()).hasSize(2);
    } finally {
      end.countDown();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void connections_afterAListingOrAnError_areUsedAgain(boolean chunked) throws Exception {
    byte[] listing =
        "<ListBucketResult><Name>bucket</Name><IsTruncated>false</IsTruncated></ListBucketResult>\n"
            .getBytes(UTF_8);
    byte[] error = "<Error><Code>AccessDenied</Code><Message>no</Message></Error>".getBytes(UTF_8);
    server.answering(
        request ->
            exchange -> {
              boolean good = request.method().equals("GET") && server.requests().size() % 2 == 0;
              byte[] body = good ? listing : error;
              exchange.sendResponseHeaders(good ? 200 : 403, chunked ? 0 : body.length);
              exchange.getResponseBody().write(body);
            });
    try (FaultProxy proxy = FaultProxy.inFrontOf(server.endpoint());
        S3ObjectStore counted = open(byClient(proxy.endpoint(), "bucket", "", SOME))) {
      for (int i = 0; i < 5; i++) {
        failure(() -> counted.list(ListRequest.directory("")));
        counted.list(ListRequest.directory(""));
      }

      assertThat(proxy.accepted()).isEqualTo(1);
    }
  }

  @Test
  void calls_afterClose_fail() {
    server.always(ScriptedS3.emptyListing());
    store.close();

    assertThat(failure(() -> store.list(ListRequest.directory("")))).hasMessageContaining("closed");
    assertThat(failure(() -> StoreFixture.fill(store, "k", "\"e\"", 0, ByteBuffer.allocate(1))))
        .hasMessageContaining("closed");
  }

  /** The start has seen the bucket: the first missing name costs no further listing. */
  @Test
  void head_bare404AfterTheStartsProbe_asksNothingMore() throws Exception {
    server.answering(
        request ->
            request.method().equals("HEAD")
                ? ScriptedS3.answer(404, Map.of(), new byte[0])
                : ScriptedS3.emptyListing());
    BucketMount mount = byClient(server.endpoint(), "bucket", "", SOME);

    assertThat(new BucketProbe(mount, store).run(Duration.ofSeconds(20)).isOk()).isTrue();
    assertThat(store.head("missing")).isEmpty();

    assertThat(methods()).containsExactly("GET", "HEAD");
  }
}
