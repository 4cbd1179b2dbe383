package io.thins3.store;

import io.thins3.config.BucketMount;
import io.thins3.config.Credentials;
import java.net.URI;
import java.net.URL;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.awscore.defaultsmode.DefaultsMode;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/** Makes the SDK's clients for one mount. They share the HTTP client, which the caller closes. */
final class S3ClientFactory {
  /** For signing where nothing names a region. MinIO takes any; AWS names the right one. */
  private static final String FIRST_GUESS = "us-east-1";

  private final BucketMount mount;
  private final StoreLimits limits;
  private final SdkHttpClient http;
  private final SigningCredentials credentials;
  private final SignatureV4 signature;
  private final ScheduledExecutorService timer;
  private final AttemptCounters counters;
  private final BooleanSupplier closed;

  /**
   * Creates one.
   *
   * @param timer for the deadlines of calls
   * @param closed whether nothing is to be tried again any more
   */
  S3ClientFactory(
      BucketMount mount,
      StoreLimits limits,
      SdkHttpClient http,
      SigningCredentials credentials,
      SignatureV4 signature,
      ScheduledExecutorService timer,
      AttemptCounters counters,
      BooleanSupplier closed) {
    this.mount = mount;
    this.limits = limits;
    this.http = http;
    this.credentials = credentials;
    this.signature = signature;
    this.timer = timer;
    this.counters = counters;
    this.closed = closed;
  }

  /** The region to begin with. */
  String firstRegion() {
    if (mount.region() != null) {
      return mount.region();
    }
    return mount.endpoint() == null ? awsRegion() : FIRST_GUESS;
  }

  /**
   * A client for a region.
   *
   * @param attempts how often each request is sent at most
   */
  S3Client create(String region, int attempts) {
    return builder(region, override(attempts).addExecutionInterceptor(counters))
        .httpClient(http)
        .credentialsProvider(credentials.provider())
        .putAuthScheme(new UnsignedPayloadScheme(signature))
        .build();
  }

  /**
   * Where requests for an object of the bucket go, as the SDK says; null when they need more than
   * an address and a signature of version 4.
   */
  @Nullable Route route(String region) {
    // Access points may span regions and are signed otherwise; directory buckets have sessions.
    if (mount.bucket().startsWith("arn:") || mount.bucket().endsWith("--x-s3")) {
      return null;
    }
    // With all its rules for partitions, dual stack, FIPS and settings of the environment; nothing
    // is sent, and so nothing is logged as if it were.
    try (S3Client client =
        builder(region, override(1))
            .httpClient(http)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .build()) {
      URL address = client.utilities().getUrl(b -> b.bucket(mount.bucket()).key(Route.KEY));
      return Route.of(URI.create(address.toString()), region);
    } catch (SdkException e) {
      // No address can be made of this bucket's name: the SDK says so again when it is used.
      return null;
    }
  }

  private S3ClientBuilder builder(String region, ClientOverrideConfiguration.Builder override) {
    S3ClientBuilder builder =
        S3Client.builder()
            .region(Region.of(region))
            .forcePathStyle(mount.pathStyle())
            // A bucket that is given as the ARN of an access point names its region there.
            .serviceConfiguration(S3Configuration.builder().useArnRegionEnabled(true).build())
            // Spares the look at environment, profile and instance metadata for the mode.
            .defaultsMode(DefaultsMode.STANDARD)
            // Never on ranges, and the SDK's CRC in Java costs more than the transfer.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(override.build());
    if (mount.endpoint() != null) {
      builder.endpointOverride(mount.endpoint());
    }
    return builder;
  }

  private ClientOverrideConfiguration.Builder override(int attempts) {
    ClientOverrideConfiguration.Builder builder =
        ClientOverrideConfiguration.builder()
            .retryStrategy(retries(attempts))
            .apiCallTimeout(limits.ioTimeout())
            .scheduledExecutorService(timer)
            .addExecutionInterceptor(new ObjectHeaders(mount.uploads()))
            .addExecutionInterceptor(new RetryAfterCap(limits.longestBackoff()))
            .putAdvancedOption(SdkAdvancedClientOption.USER_AGENT_PREFIX, "thins3");
    if (mount.credentials() instanceof Credentials.DefaultChain chain) {
      if (chain.profile() != null) {
        builder.defaultProfileName(chain.profile());
      }
    } else {
      // The shared files are neither read nor obeyed when the credentials come from elsewhere.
      builder.defaultProfileFile(ProfileFile.aggregator().build());
    }
    return builder;
  }

  /**
   * Retries by our own reading of failures. The SDK's circuit breaker is off: 64 reads that meet a
   * restarting server would use up its 100 tokens and fail, although the server is back seconds
   * later; back-off and the number of attempts bound the load instead.
   */
  private StandardRetryStrategy retries(int attempts) {
    BackoffStrategy backoff =
        BackoffStrategy.exponentialDelayHalfJitter(limits.firstBackoff(), limits.longestBackoff());
    return StandardRetryStrategy.builder()
        .useClientDefaults(false)
        .retryOnException(failure -> !closed.getAsBoolean() && StoreErrors.isPassing(failure))
        .treatAsThrottling(failure -> false)
        .backoffStrategy(backoff)
        .throttlingBackoffStrategy(backoff)
        .circuitBreakerEnabled(false)
        .maxAttempts(attempts)
        .build();
  }

  /**
   * The SDK's chain for the region but for its last link, the instance metadata: waiting for an
   * address that answers nothing outside EC2 takes seconds, and AWS names the bucket's region.
   */
  private String awsRegion() {
    String profile =
        mount.credentials() instanceof Credentials.DefaultChain chain ? chain.profile() : null;
    try {
      return new AwsRegionProviderChain(
              new SystemSettingsRegionProvider(), new AwsProfileRegionProvider(null, profile))
          .getRegion()
          .id();
    } catch (SdkClientException e) {
      return FIRST_GUESS;
    }
  }
}
