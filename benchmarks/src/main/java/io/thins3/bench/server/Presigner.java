package io.thins3.bench.server;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Makes addresses that curl can use as they are, for any object request. Immutable. */
public final class Presigner {
  private final Endpoint endpoint;
  private final String bucket;
  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

  Presigner(Endpoint endpoint, String bucket) {
    this.endpoint = endpoint;
    this.bucket = bucket;
  }

  /** Signed address of an object, good for some hours. */
  public URI object(SdkHttpMethod method, String key) {
    return sign(
        SdkHttpFullRequest.builder()
            .method(method)
            .uri(endpoint.uri())
            .encodedPath("/" + bucket + "/" + key));
  }

  /** Signed address of a page of 1,000 keys below a prefix, after a key. */
  public URI list(String prefix, String startAfter) {
    SdkHttpFullRequest.Builder request =
        SdkHttpFullRequest.builder()
            .method(SdkHttpMethod.GET)
            .uri(endpoint.uri())
            .encodedPath("/" + bucket)
            .putRawQueryParameter("list-type", "2")
            .putRawQueryParameter("delimiter", "/")
            .putRawQueryParameter("encoding-type", "url")
            .putRawQueryParameter("prefix", prefix);
    return sign(
        startAfter.isEmpty() ? request : request.putRawQueryParameter("start-after", startAfter));
  }

  private URI sign(SdkHttpFullRequest.Builder request) {
    AwsCredentialsIdentity identity =
        AwsCredentialsIdentity.create(endpoint.accessKey(), endpoint.secretKey().reveal());
    return signer
        .sign(
            r ->
                r.identity(identity)
                    .request(request.build())
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, endpoint.region())
                    .putProperty(AwsV4HttpSigner.AUTH_LOCATION, AuthLocation.QUERY_STRING)
                    .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, Duration.ofHours(6))
                    .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                    .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
                    .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, false))
        .request()
        .getUri();
  }
}
