package io.thins3.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.thins3.config.BucketMount;
import io.thins3.config.Credentials;
import io.thins3.config.HttpClientKind;
import io.thins3.config.HttpSettings;
import io.thins3.config.Secret;
import io.thins3.config.UserException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the tests of this package share. */
final class StoreFixture {
  /** Limits that fail fast: three attempts, no waits to speak of. */
  static final StoreLimits QUICK = limits(Duration.ofSeconds(5), Duration.ofSeconds(20), 3);

  static final Credentials SOME = fixed("some-access-key", "some-secret-key");

  private StoreFixture() {}

  static StoreLimits limits(Duration httpTimeout, Duration callTimeout, int attempts) {
    return new StoreLimits(
        httpTimeout,
        callTimeout,
        attempts,
        Duration.ofMillis(2),
        Duration.ofMillis(10),
        16,
        // Only a refusal makes credential files be read again.
        Duration.ofHours(1));
  }

  static Credentials fixed(String accessKey, String secretKey) {
    return new Credentials.Static(Secret.of(accessKey), Secret.of(secretKey), null);
  }

  static BucketMount mount(
      @Nullable URI endpoint, String bucket, String prefix, Credentials credentials) {
    return mount(endpoint, bucket, prefix, credentials, null);
  }

  static BucketMount mount(
      @Nullable URI endpoint,
      String bucket,
      String prefix,
      Credentials credentials,
      @Nullable String region) {
    return new BucketMount(
        bucket,
        "/",
        bucket,
        prefix,
        endpoint,
        region,
        credentials,
        true,
        true,
        0,
        0,
        0644,
        0755,
        Duration.ofSeconds(60),
        Duration.ofSeconds(1),
        false,
        true,
        HttpSettings.of(Duration.ofSeconds(30)));
  }

  /** The same mount by another HTTP client. */
  static BucketMount by(HttpClientKind client, BucketMount mount) {
    return with(mount, new HttpSettings(mount.httpTimeout(), client, null, true, true));
  }

  static BucketMount with(BucketMount mount, HttpSettings http) {
    return new BucketMount(
        mount.name(),
        mount.path(),
        mount.bucket(),
        mount.prefix(),
        mount.endpoint(),
        mount.region(),
        mount.credentials(),
        mount.pathStyle(),
        mount.readOnly(),
        mount.uid(),
        mount.gid(),
        mount.fileMode(),
        mount.directoryMode(),
        mount.metadataTtl(),
        mount.negativeTtl(),
        mount.cheap(),
        mount.implicitDirectories(),
        http);
  }

  static S3ObjectStore open(BucketMount mount) {
    return open(mount, QUICK);
  }

  static S3ObjectStore open(BucketMount mount, StoreLimits limits) {
    try {
      return S3ObjectStore.open(mount, limits, System::nanoTime);
    } catch (UserException e) {
      throw new AssertionError(e);
    }
  }

  /** Fills a buffer by one GET, from an offset on. */
  static void fill(ObjectStore store, String key, String etag, long offset, ByteBuffer buffer)
      throws StoreException {
    try (ObjectBody body = store.get(key, etag, offset, buffer.remaining())) {
      while (body.read(buffer) >= 0) {
        assertThat(buffer.position()).isLessThanOrEqualTo(buffer.limit());
      }
    }
    assertThat(buffer.hasRemaining()).as("bytes are missing").isFalse();
  }

  /** The same, and asks for the rest when a body breaks off, up to some times. */
  static void fillResumed(ObjectStore store, String key, String etag, ByteBuffer buffer, int times)
      throws StoreException {
    for (int i = 0; buffer.hasRemaining(); i++) {
      try (ObjectBody body = store.get(key, etag, buffer.position(), buffer.remaining())) {
        while (body.read(buffer) >= 0) {
          assertThat(buffer.position()).isLessThanOrEqualTo(buffer.limit());
        }
      } catch (StoreException e) {
        if (i == times || e.kind() == StoreException.Kind.PRECONDITION_FAILED) {
          throw e;
        }
      }
    }
  }

  /** The failure of a call, which must fail. */
  static StoreException failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    StoreException failure = catchThrowableOfType(StoreException.class, call);
    assertThat(failure).as("a StoreException").isNotNull();
    return failure;
  }
}
