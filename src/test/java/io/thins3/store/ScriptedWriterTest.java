package io.thins3.store;

import static io.thins3.store.StoreFixture.SOME;
import static io.thins3.store.StoreFixture.by;
import static io.thins3.store.StoreFixture.failure;
import static io.thins3.store.StoreFixture.mount;
import static io.thins3.store.StoreFixture.open;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.config.HttpClientKind;
import io.thins3.store.StoreException.Kind;
import io.thins3.testing.ScriptedS3;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers to writes that a real server does not give on demand. */
class ScriptedWriterTest {
  private static final UploadedPart PART =
      new UploadedPart(1, "\"0123456789abcdef0123456789abcdef\"", null);

  private final ScriptedS3 server = ScriptedS3.start();

  @AfterEach
  void close() {
    server.close();
  }

  private S3ObjectStore store(HttpClientKind client) {
    return open(by(client, mount(server.endpoint(), "bucket", "", SOME)));
  }

  private static ScriptedS3.Answer xml(String text) {
    return ScriptedS3.answer(200, Map.of("Content-Type", "application/xml"), text.getBytes(UTF_8));
  }

  private static Content content() {
    return Content.of(null, List.of(ByteBuffer.wrap("hello".getBytes(UTF_8))));
  }

  @ParameterizedTest
  @EnumSource(HttpClientKind.class)
  void errorAfterStatus200_isThatError(HttpClientKind client) throws Exception {
    try (S3ObjectStore store = store(client)) {
      ObjectWriter writer = store.writer();
      server.always(ScriptedS3.error(200, "PreconditionFailed", "x"));
      assertThat(
              failure(() -> writer.completeUpload("k", "u", List.of(PART), Precondition.NONE, null))
                  .kind())
          .isEqualTo(Kind.PRECONDITION_FAILED);
      assertThat(failure(() -> writer.copy("a", "\"e\"", "k", null)).kind())
          .isEqualTo(Kind.PRECONDITION_FAILED);
      assertThat(failure(() -> writer.copyPart("k", "u", 1, "a", "\"e\"", 0, 10)).kind())
          .isEqualTo(Kind.PRECONDITION_FAILED);
      assertThat(server.requests()).hasSize(3);
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClientKind.class)
  void errorAfterStatus200_thatPasses_isTriedAgain(HttpClientKind client) throws Exception {
    try (S3ObjectStore store = store(client)) {
      server.then(
          ScriptedS3.error(200, "InternalError", "x"),
          xml(
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n   \n<CompleteMultipartUploadResult>"
                  + "<Key>k</Key><ETag>&quot;e-1&quot;</ETag></CompleteMultipartUploadResult>"));

      StoredObject stored =
          store.writer().completeUpload("k", "u", List.of(PART), Precondition.NONE, null);

      assertThat(stored.etag()).isEqualTo("\"e-1\"");
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClientKind.class)
  void completeUpload_lostAndAnotherObjectThere_isNoSuccess(HttpClientKind client)
      throws Exception {
    try (S3ObjectStore store = store(client)) {
      server.then(
          ScriptedS3.error(503, "SlowDown", "x"),
          ScriptedS3.error(404, "NoSuchUpload", "x"),
          ScriptedS3.answer(
              200,
              Map.of("ETag", "\"o-1\"", "Last-Modified", "Mon, 02 Feb 2026 03:04:05 GMT"),
              new byte[0]));

      assertThat(
              failure(
                      () ->
                          store
                              .writer()
                              .completeUpload("k", "u", List.of(PART), Precondition.NONE, null))
                  .kind())
          .isIn(Kind.NO_SUCH_UPLOAD, Kind.BAD_RESPONSE);
      assertThat(server.requests()).hasSize(3);
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClientKind.class)
  void put_conditionalRefusedAtOnce_asksNothing(HttpClientKind client) throws Exception {
    try (S3ObjectStore store = store(client)) {
      server.always(ScriptedS3.error(412, "PreconditionFailed", "x"));

      assertThat(
              failure(() -> store.writer().put("k", content(), Map.of(), Precondition.ABSENT))
                  .kind())
          .isEqualTo(Kind.PRECONDITION_FAILED);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClientKind.class)
  void put_noAnswer_isSentAgainWhole(HttpClientKind client) throws Exception {
    try (S3ObjectStore store = store(client)) {
      server.then(
          ScriptedS3.hangUp(), ScriptedS3.answer(200, Map.of("ETag", "\"e\""), new byte[0]));

      assertThat(store.writer().put("k", content(), Map.of(), Precondition.NONE).etag())
          .isEqualTo("\"e\"");
      assertThat(server.requests()).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClientKind.class)
  void delete_storeWithoutLists_deletesOneByOne(HttpClientKind client) throws Exception {
    try (S3ObjectStore store = store(client)) {
      server.answering(
          request ->
              request.method().equals("DELETE")
                  ? ScriptedS3.answer(204, Map.of(), new byte[0])
                  : ScriptedS3.error(501, "NotImplemented", "x"));
      ObjectWriter writer = store.writer();

      assertThat(writer.delete(List.of("a", "b"))).isEmpty();
      assertThat(writer.delete(List.of("c", "d"))).isEmpty();

      assertThat(server.requests().stream().map(ScriptedS3.Request::method))
          .containsExactly("POST", "DELETE", "DELETE", "DELETE", "DELETE");
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClientKind.class)
  void delete_refusalsOfKeys_areTold(HttpClientKind client) throws Exception {
    try (S3ObjectStore store = store(client)) {
      server.then(
          xml(
              "<DeleteResult><Error><Key>a</Key><Code>AccessDenied</Code><Message>no</Message>"
                  + "</Error><Error><Key>b</Key><Code>InternalError</Code><Message/></Error>"
                  + "<Error><Key>c</Key><Code>NoSuchKey</Code></Error></DeleteResult>"),
          ScriptedS3.answer(204, Map.of(), new byte[0]));

      Map<String, StoreException> failures = store.writer().delete(List.of("a", "b", "c", "d"));

      assertThat(failures).containsOnlyKeys("a");
      StoreException refused = failures.values().iterator().next();
      assertThat(refused.kind()).isEqualTo(Kind.ACCESS_DENIED);
      assertThat(refused).hasMessageContaining("s3://bucket/a: AccessDenied");
      assertThat(server.requests()).hasSize(2);
    }
  }

  @Test
  void beginUpload_keyThatIsNoXml_hasItsId() throws Exception {
    try (S3ObjectStore store = store(HttpClientKind.NATIVE)) {
      server.always(
          xml(
              "<InitiateMultipartUploadResult><Key>&#x1;</Key><UploadId>some-id</UploadId>"
                  + "</InitiateMultipartUploadResult>"));

      assertThat(store.writer().beginUpload("\u0001", Map.of(), null)).isEqualTo("some-id");
    }
  }
}
