package io.thins3.store;

import io.thins3.config.Credentials;
import io.thins3.config.UserException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * What signs the requests of one bucket. Thread-safe.
 *
 * <p>Only files can be read anew after a refusal: the SDK's chain renews what expires by itself,
 * and the others never change.
 */
final class SigningCredentials implements AutoCloseable {
  private final AwsCredentialsProvider provider;
  private final @Nullable FileCredentials files;

  private SigningCredentials(AwsCredentialsProvider provider, @Nullable FileCredentials files) {
    this.provider = provider;
    this.files = files;
  }

  /**
   * Credentials of any variant.
   *
   * @throws UserException when they are files that are missing or empty
   */
  static SigningCredentials of(Credentials credentials, Duration checkEvery, LongSupplier nanoTime)
      throws UserException {
    if (credentials instanceof Credentials.Files paths) {
      FileCredentials files = new FileCredentials(paths, checkEvery, nanoTime);
      return new SigningCredentials(files, files);
    }
    if (credentials instanceof Credentials.Static fixed) {
      String token = fixed.sessionToken() == null ? null : fixed.sessionToken().reveal();
      return new SigningCredentials(
          StaticCredentialsProvider.create(
              pair(fixed.accessKey().reveal(), fixed.secretKey().reveal(), token)),
          null);
    }
    if (credentials instanceof Credentials.DefaultChain chain) {
      return new SigningCredentials(new Chain(chain.profile()), null);
    }
    return new SigningCredentials(AnonymousCredentialsProvider.create(), null);
  }

  static AwsCredentials pair(String accessKey, String secretKey, @Nullable String token) {
    return token == null
        ? AwsBasicCredentials.create(accessKey, secretKey)
        : AwsSessionCredentials.create(accessKey, secretKey, token);
  }

  /** For the SDK. */
  AwsCredentialsProvider provider() {
    return provider;
  }

  /** What signs now; to be handed to {@link #renewedSince} after a refusal. */
  @Nullable Object current() {
    return files == null ? null : files.current();
  }

  /**
   * Looks for new credentials after a refusal.
   *
   * @param used what {@link #current} gave before the refused request
   * @return whether there are others now, so that trying again makes sense
   */
  boolean renewedSince(@Nullable Object used) {
    return files != null && files.renewedSince(used);
  }

  @Override
  public void close() {
    if (provider instanceof SdkAutoCloseable closeable) {
      closeable.close();
    }
  }

  /** The SDK's default chain, with a failure that can be told from others. */
  private static final class Chain implements AwsCredentialsProvider, SdkAutoCloseable {
    private final DefaultCredentialsProvider chain;

    Chain(@Nullable String profile) {
      DefaultCredentialsProvider.Builder builder = DefaultCredentialsProvider.builder();
      this.chain = (profile == null ? builder : builder.profileName(profile)).build();
    }

    @Override
    public AwsCredentials resolveCredentials() {
      try {
        return chain.resolveCredentials();
      } catch (SdkClientException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        throw new NoCredentialsException(
            "neither the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) nor the shared"
                + " files (~/.aws) nor the machine's or pod's role offer any",
            e);
      }
    }

    @Override
    public void close() {
      chain.close();
    }
  }
}
