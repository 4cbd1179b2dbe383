package io.thins3.store;

import static io.thins3.store.StoreFixture.SOME;
import static io.thins3.store.StoreFixture.failure;
import static io.thins3.store.StoreFixture.mount;
import static io.thins3.store.StoreFixture.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.store.StoreException.Kind;
import io.thins3.testing.ScriptedS3;
import io.thins3.testing.ScriptedS3.Answer;
import io.thins3.testing.ScriptedS3.Request;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bucket's region is found by asking in the wrong one. */
class ScriptedRegionTest {
  private final ScriptedS3 server = ScriptedS3.start();
  private final S3ObjectStore store = open(mount(server.endpoint(), "bucket", "", SOME));

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  private static boolean isSignedFor(Request request, String region) {
    return Objects.requireNonNull(request.headers().get("Authorization"))
        .contains("/" + region + "/s3/");
  }

  private void elsewhere(String region, Answer refusal) {
    server.answering(
        request -> {
          if (!isSignedFor(request, region)) {
            return refusal;
          }
          return request.method().equals("HEAD")
              ? ScriptedS3.answer(404, Map.of("x-minio-error-code", "NoSuchKey"), new byte[0])
              : ScriptedS3.emptyListing();
        });
  }

  @Test
  void permanentRedirect_namesTheRegion_isFollowedForGood() throws Exception {
    elsewhere(
        "eu-west-3",
        ScriptedS3.error(
            301, "PermanentRedirect", "elsewhere", Map.of("x-amz-bucket-region", "eu-west-3")));

    assertThat(store.list(ListRequest.directory("")).isEmpty()).isTrue();
    assertThat(store.list(ListRequest.directory("")).isEmpty()).isTrue();

    assertThat(server.requests()).hasSize(3);
    assertThat(isSignedFor(server.requests().get(0), "us-east-1")).isTrue();
    assertThat(isSignedFor(server.requests().get(2), "eu-west-3")).isTrue();
  }

  @Test
  void malformedHeader_namesTheRegionInItsMessage_isFollowed() throws Exception {
    String body =
        "<Error><Code>AuthorizationHeaderMalformed</Code><Message>the region 'us-east-1' is wrong;"
            + " expecting 'eu-central-1'</Message><Region>eu-central-1</Region></Error>";
    elsewhere(
        "eu-central-1",
        ScriptedS3.answer(400, Map.of(), body.getBytes(java.nio.charset.StandardCharsets.UTF_8)));

    assertThat(store.list(ListRequest.directory("")).isEmpty()).isTrue();
  }

  @Test
  void head_bare400WithRegion_isFollowed() throws Exception {
    elsewhere(
        "ap-south-1",
        ScriptedS3.answer(400, Map.of("x-amz-bucket-region", "ap-south-1"), new byte[0]));

    assertThat(store.head("key")).isEmpty();
  }

  @Test
  void redirect_inCircles_ends() {
    server.answering(
        request ->
            ScriptedS3.error(
                301,
                "PermanentRedirect",
                "elsewhere",
                Map.of(
                    "x-amz-bucket-region",
                    isSignedFor(request, "us-east-1") ? "eu-west-3" : "us-east-1")));

    StoreException failure = failure(() -> store.list(ListRequest.directory("")));

    assertThat(failure.kind()).isEqualTo(Kind.WRONG_REGION);
    assertThat(server.requests()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example.com/", "x@evil", "a.b", "-", "EU", "x?y", "a#"})
  void redirect_toWhatIsNoRegion_isNotFollowed(String region) {
    server.always(
        ScriptedS3.error(
            301, "PermanentRedirect", "elsewhere", Map.of("x-amz-bucket-region", region)));

    StoreException failure = failure(() -> store.list(ListRequest.directory("")));

    assertThat(failure.kind()).isEqualTo(Kind.WRONG_REGION);
    assertThat(failure.region()).isNull();
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void region_given_isSignedFor() throws Exception {
    server.always(ScriptedS3.emptyListing());
    try (S3ObjectStore given = open(mount(server.endpoint(), "bucket", "", SOME, "sa-east-1"))) {
      given.list(ListRequest.directory(""));
    }

    assertThat(isSignedFor(server.requests().get(0), "sa-east-1")).isTrue();
  }
}
