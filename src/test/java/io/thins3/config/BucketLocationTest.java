package io.thins3.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BucketLocationTest {
  private static final String POINT = "arn:aws:s3:eu-west-1:123456789012:accesspoint/my-point";

  @ParameterizedTest
  @CsvSource({
    "b, b, ''",
    "my-first-bucket, my-first-bucket, ''",
    "Old_Bucket.1, Old_Bucket.1, ''",
    "bucket:, bucket, ''",
    "bucket:a, bucket, a/",
    "bucket:a/, bucket, a/",
    "bucket:/a/b//, bucket, a/b/",
    "bucket:a:b, bucket, a:b/",
    "bucket/a/b, bucket, a/b/",
    "s3://bucket, bucket, ''",
    "s3://bucket/, bucket, ''",
    "S3A://bucket/a, bucket, a/",
    "minio://bucket/a/b/, bucket, a/b/",
    "oss://bucket/a%20b?c#d, bucket, a%20b?c#d/",
    "s3://bucket/ä b, bucket, ä b/",
    "s3://bucket/a//b, bucket, a//b/",
    "arn:aws:s3:::bucket, bucket, ''",
    "arn:aws-cn:s3:::bucket/a/b, bucket, a/b/",
    "arn:aws:s3:::bucket:a, bucket, a/"
  })
  void parse_bucket_isNameAndPrefix(String text, String bucket, String prefix) throws Exception {
    BucketLocation location = BucketLocation.parse(text);
    assertThat(location.bucket()).isEqualTo(bucket);
    assertThat(location.prefix()).isEqualTo(prefix);
    assertThat(location.endpoint()).isNull();
    assertThat(location.region()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    POINT + ", " + POINT + ", '', eu-west-1",
    POINT + "/object/a, " + POINT + ", a/, eu-west-1",
    POINT + "/object, " + POINT + ", '', eu-west-1",
    "s3://" + POINT + "/object/a/, " + POINT + ", object/a/, eu-west-1",
    "arn:aws:s3::123456789012:accesspoint/x.mrap, arn:aws:s3::123456789012:accesspoint/x.mrap, '',",
    "arn:aws:s3-outposts:us-east-1:123456789012:outpost/op-1/accesspoint/p,"
        + " arn:aws:s3-outposts:us-east-1:123456789012:outpost/op-1/accesspoint/p, '', us-east-1"
  })
  void parse_accessPoint_isKeptWhole(String text, String bucket, String prefix, String region)
      throws Exception {
    BucketLocation location = BucketLocation.parse(text);
    assertThat(location.bucket()).isEqualTo(bucket);
    assertThat(location.prefix()).isEqualTo(prefix);
    assertThat(location.region()).isEqualTo(region);
  }

  @Test
  void parse_server_isEndpointBucketAndPrefix() throws Exception {
    BucketLocation location = BucketLocation.parse("http://minio:9000/bucket/a/b");
    assertThat(location)
        .isEqualTo(
            new BucketLocation("bucket", "a/b/", URI.create("http://minio:9000"), null, "http"));
  }

  @Test
  void parse_serverWithGivenBucket_pathIsThePrefix() throws Exception {
    BucketLocation location = BucketLocation.parse("https://minio/a/b/", "bucket");
    assertThat(location)
        .isEqualTo(
            new BucketLocation("bucket", "a/b/", URI.create("https://minio"), null, "https"));
    assertThat(BucketLocation.parse("http://minio:9000", "bucket").prefix()).isEmpty();
  }

  @Test
  void parse_serverWithoutBucket_saysWhatToAdd() {
    assertRefused(
        "http://minio:9000/",
        "'http://minio:9000/' names a server but no bucket; add the option bucket, or write"
            + " http://minio:9000/BUCKET[/PREFIX]");
  }

  @Test
  void parse_unknownScheme_listsTheSchemes() {
    assertRefused(
        "gs://bucket",
        "'gs://bucket': the scheme 'gs' is not known; write s3://, s3a://, minio:// or"
            + " oss://BUCKET[/PREFIX]");
  }

  @Test
  void parse_volume_saysThatOnlyBucketsCanBeServed() {
    assertRefused(
        "pvc://data",
        "'pvc://data': volumes (pvc://) cannot be served, only buckets; write"
            + " s3://BUCKET[/PREFIX]");
  }

  @Test
  void parse_serverInThePlaceOfTheBucket_pointsToTheOption() {
    assertRefused(
        "minio://minio:9000/bucket",
        "'minio://minio:9000/bucket': 'minio:9000' is not a bucket's name; a server's address goes"
            + " into the option endpoint");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3://ak:hunter2@bucket", "http://ak:hunter2@minio/bucket"})
  void parse_password_isNotShown(String text) {
    assertThatThrownBy(() -> BucketLocation.parse(text))
        .isInstanceOf(IllegalValueException.class)
        .message()
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ":",
        "/",
        ":prefix",
        "-b",
        "s3://",
        "s3:///x",
        "s3://b?x",
        "b c",
        "b\n",
        "://b",
        "b:..",
        "b:a/./c",
        "s3://b/../c",
        "b:\u0000",
        "b:\ud800",
        "arn:aws:s3:::",
        "arn:x",
        "arn:aws:iam::123456789012:user/x",
        "http://minio:9000/b c",
        "http:///bucket",
        "pvc://"
      })
  void parse_other_isRefusedOnOneLine(String text) {
    assertThatThrownBy(() -> BucketLocation.parse(text))
        .isInstanceOf(IllegalValueException.class)
        .message()
        .doesNotContain("\n", "\u0000")
        .isNotBlank();
  }

  @Test
  void parse_prefixLongerThanAKey_isRefused() {
    assertThatThrownBy(() -> BucketLocation.parse("b:" + "é".repeat(512)))
        .hasMessageContaining("longer than a key can be");
  }

  private static void assertRefused(String text, String message) {
    assertThatThrownBy(() -> BucketLocation.parse(text))
        .isInstanceOf(IllegalValueException.class)
        .hasMessage(message);
  }
}
