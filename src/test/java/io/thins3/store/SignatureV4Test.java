package io.thins3.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.store.http.Headers;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/** Our signatures beside the SDK's. */
class SignatureV4Test {
  private final SignatureV4 signature = new SignatureV4();
  private final AwsV4HttpSigner sdk = AwsV4HttpSigner.create();
  private final AwsV4HttpSigner adapter = new UnsignedPayloadScheme(signature).signer();

  private static SdkHttpRequest signed(
      AwsV4HttpSigner signer,
      SdkHttpRequest request,
      AwsCredentialsIdentity identity,
      String region,
      Instant now) {
    return signer
        .sign(
            r ->
                r.identity(identity)
                    .request(request)
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                    .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                    .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
                    .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(now, ZoneOffset.UTC)))
        .request();
  }

  private static String header(SdkHttpRequest request, String name) {
    return request.firstMatchingHeader(name).orElse("none");
  }

  /** Any request without body has the signature that the SDK gives it. */
  @Test
  void sign_anyRequest_isTheSdksSignature() {
    long seed = System.nanoTime();
    System.out.println("sign_anyRequest_isTheSdksSignature: seed " + seed);
    Random random = new Random(seed);
    String[] parts = {"a", "b c", "é", "+", "%", "~", "=&", "..", "x//y", "\u0001", "😀"};
    for (int round = 0; round < 500; round++) {
      String key = "k";
      SdkHttpFullRequest.Builder request =
          SdkHttpFullRequest.builder()
              .method(random.nextBoolean() ? SdkHttpMethod.GET : SdkHttpMethod.HEAD)
              .uri(URI.create(random.nextBoolean() ? "http://h:9000" : "https://h"));
      for (int i = random.nextInt(4); i > 0; i--) {
        key += parts[random.nextInt(parts.length)];
      }
      request.encodedPath("/bucket/" + SdkHttpUtils.urlEncodeIgnoreSlashes(key));
      for (int i = random.nextInt(4); i > 0; i--) {
        request.putRawQueryParameter(
            parts[random.nextInt(parts.length)], parts[random.nextInt(parts.length)]);
      }
      if (random.nextBoolean()) {
        request.putHeader("Range", "bytes=0-" + random.nextInt(1000));
        request.putHeader("If-Match", "\"some  etag\" ");
      }
      AwsCredentialsIdentity identity =
          random.nextBoolean()
              ? AwsCredentialsIdentity.create("access" + random.nextInt(3), "secret")
              : AwsSessionCredentialsIdentity.create("access", "secret", "token");
      String region = random.nextBoolean() ? "us-east-1" : "eu-west-3";
      Instant now = Instant.ofEpochSecond(1_700_000_000L + random.nextInt(1_000_000_000));

      SdkHttpRequest ours = signed(adapter, request.build(), identity, region, now);

      SdkHttpRequest theirs = signed(sdk, request.build(), identity, region, now);
      for (String name :
          new String[] {
            "Authorization", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "Host"
          }) {
        assertThat(header(ours, name)).as(name).isEqualTo(header(theirs, name));
      }
    }
  }

  @Test
  void sign_newDayRegionAndSecret_deriveTheKeyAnew() {
    AwsCredentialsIdentity one = AwsCredentialsIdentity.create("access", "one");
    AwsCredentialsIdentity other = AwsCredentialsIdentity.create("access", "other");
    Instant now = Instant.parse("2026-02-03T23:59:59Z");

    String first = authorization(one, "us-east-1", now);

    assertThat(authorization(other, "us-east-1", now)).isNotEqualTo(first);
    assertThat(authorization(one, "eu-west-3", now)).contains("/20260203/eu-west-3/s3/");
    assertThat(authorization(one, "us-east-1", now.plusSeconds(1))).contains("/20260204/");
    assertThat(authorization(one, "us-east-1", now)).isEqualTo(first).doesNotContain("one");
  }

  private String authorization(AwsCredentialsIdentity identity, String region, Instant now) {
    Headers headers = new Headers();
    signature.sign(identity, region, now, "GET", "/b/k", "", "h", headers, SignatureV4.EMPTY);
    return String.valueOf(headers.first("Authorization"));
  }
}
