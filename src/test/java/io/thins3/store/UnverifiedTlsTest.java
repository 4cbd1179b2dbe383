package io.thins3.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.config.BucketMount;
import io.thins3.config.HttpClientKind;
import io.thins3.config.HttpSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UnverifiedTlsTest {
  private static BucketMount mount(@Nullable String endpoint, String bucket, boolean verify) {
    return StoreFixture.with(
        StoreFixture.mount(
            endpoint == null ? null : URI.create(endpoint), bucket, "", StoreFixture.SOME),
        new HttpSettings(
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            12,
            HttpClientKind.NATIVE,
            null,
            verify,
            true,
            io.thins3.config.ListType.AUTOMATIC));
  }

  @Test
  void warnings_severalBucketsOfAStore_areOneForEachStore() {
    assertThat(
            UnverifiedTls.warnings(
                List.of(
                    mount("https://one:9000", "a", false),
                    mount("https://one:9000", "b", false),
                    mount(null, "c", false))))
        .containsExactly(
            "certificates of https://one:9000 are not verified: anybody on the way can read and"
                + " change the data; use --ca-bundle",
            "certificates of AWS S3 are not verified: anybody on the way can read and change the"
                + " data; use --ca-bundle");
  }

  @Test
  void warnings_certificatesAreVerifiedOrThereAreNone_areNone() {
    assertThat(
            UnverifiedTls.warnings(
                List.of(
                    mount("https://one:9000", "a", true), mount("http://two:9000", "b", false))))
        .isEmpty();
  }
}
