package io.thins3.store;

import io.thins3.store.http.Headers;
import io.thins3.store.http.Origin;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignRequest;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.IdentityProviders;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * Makes the SDK sign with {@link SignatureV4}: no body is hashed, over plain http either. What is
 * more than a signature in a header (presigned addresses, checksums that follow a body, services
 * that are not S3) stays with the SDK's own signer. Thread-safe.
 */
final class UnsignedPayloadScheme implements AwsV4AuthScheme {
  private final AwsV4AuthScheme sdk = AwsV4AuthScheme.create();
  private final AwsV4HttpSigner signer;

  UnsignedPayloadScheme(SignatureV4 signature) {
    this.signer = new Signer(signature, sdk.signer());
  }

  @Override
  public IdentityProvider<AwsCredentialsIdentity> identityProvider(IdentityProviders providers) {
    return sdk.identityProvider(providers);
  }

  @Override
  public AwsV4HttpSigner signer() {
    return signer;
  }

  @Override
  public String schemeId() {
    return sdk.schemeId();
  }

  private record Signer(SignatureV4 signature, AwsV4HttpSigner sdk) implements AwsV4HttpSigner {
    /** By the name alone, of which "=" is no part: "a-b" comes after "a". */
    private static final Comparator<String> BY_NAME =
        Comparator.comparing((String parameter) -> parameter.substring(0, parameter.indexOf('=')))
            .thenComparing(Comparator.naturalOrder());

    @Override
    public SignedRequest sign(SignRequest<? extends AwsCredentialsIdentity> request) {
      if (!isPlain(request)) {
        return sdk.sign(request);
      }
      SdkHttpRequest unsigned = request.request();
      Origin origin = Origin.of(unsigned.protocol(), unsigned.host(), unsigned.port());
      Headers headers = new Headers();
      unsigned.forEachHeader((name, values) -> values.forEach(value -> headers.add(name, value)));
      Clock clock = request.property(SIGNING_CLOCK);
      signature.sign(
          request.identity(),
          request.requireProperty(REGION_NAME),
          (clock == null ? Clock.systemUTC() : clock).instant(),
          unsigned.method().name(),
          unsigned.encodedPath().isEmpty() ? "/" : unsigned.encodedPath(),
          query(unsigned),
          origin.hostHeader(),
          headers,
          request.payload().isPresent() ? SignatureV4.UNSIGNED : SignatureV4.EMPTY);
      SdkHttpRequest.Builder signed = unsigned.toBuilder().putHeader("Host", origin.hostHeader());
      for (String name :
          List.of("x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "Authorization")) {
        String value = headers.first(name);
        if (value != null) {
          signed.putHeader(name, value);
        }
      }
      return SignedRequest.builder()
          .request(signed.build())
          .payload(request.payload().orElse(null))
          .build();
    }

    private static boolean isPlain(SignRequest<? extends AwsCredentialsIdentity> request) {
      return "s3".equals(request.property(SERVICE_SIGNING_NAME))
          && request.property(AUTH_LOCATION) != AuthLocation.QUERY_STRING
          && request.property(CHECKSUM_ALGORITHM) == null
          && isKnown(request.identity().accessKeyId())
          && request.request().firstMatchingHeader("x-amz-content-sha256").isEmpty();
    }

    /** Anonymous credentials have no key. */
    private static boolean isKnown(@Nullable String accessKey) {
      return accessKey != null;
    }

    /** Sorted as they are written: encoding changes the order. */
    private static String query(SdkHttpRequest request) {
      List<String> parameters = new ArrayList<>();
      request
          .rawQueryParameters()
          .forEach(
              (name, values) ->
                  values.forEach(
                      value ->
                          parameters.add(
                              SdkHttpUtils.urlEncode(name)
                                  + "="
                                  + (value == null ? "" : SdkHttpUtils.urlEncode(value)))));
      parameters.sort(BY_NAME);
      return String.join("&", parameters);
    }

    @Override
    public CompletableFuture<AsyncSignedRequest> signAsync(
        AsyncSignRequest<? extends AwsCredentialsIdentity> request) {
      return sdk.signAsync(request);
    }
  }
}
