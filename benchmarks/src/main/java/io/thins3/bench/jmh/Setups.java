package io.thins3.bench.jmh;

import io.thins3.config.BucketMount;
import io.thins3.config.Credentials;
import io.thins3.config.HttpClientKind;
import io.thins3.config.HttpSettings;
import io.thins3.config.Secret;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** What the benchmarks configure alike. */
final class Setups {
  static final String BUCKET = "bench";
  static final String ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE";
  static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

  private Setups() {}

  /** A mount of the bucket with everything at its default but the times to live. */
  static BucketMount mount(URI endpoint, Duration metadataTtl, Duration negativeTtl) {
    return mount(endpoint, HttpClientKind.NATIVE, metadataTtl, negativeTtl);
  }

  /** The same by this HTTP client. */
  static BucketMount mount(
      URI endpoint, HttpClientKind client, Duration metadataTtl, Duration negativeTtl) {
    return new BucketMount(
        BUCKET,
        "/",
        BUCKET,
        "",
        endpoint,
        "us-east-1",
        new Credentials.Static(Secret.of(ACCESS_KEY), Secret.of(SECRET_KEY), null),
        true,
        true,
        0,
        0,
        0644,
        0755,
        metadataTtl,
        negativeTtl,
        false,
        true,
        true,
        HttpSettings.of(Duration.ofSeconds(30)).by(client));
  }

  /**
   * The SDK's client with the store's address, addressing and checksums; HTTP client, retries and
   * time limits are the SDK's own, unlike the store's.
   */
  static S3ClientBuilder sdk(URI endpoint) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)));
  }
}
