package io.thins3.store;

import io.thins3.config.BucketMount;
import io.thins3.config.ExitCode;
import io.thins3.config.HttpClientKind;
import io.thins3.config.HttpSettings;
import io.thins3.config.UserException;
import io.thins3.store.http.Admission;
import io.thins3.store.http.HttpClient;
import io.thins3.store.http.HttpLimits;
import io.thins3.store.http.Origin;
import io.thins3.store.http.Proxy;
import io.thins3.store.http.ProxySettings;
import io.thins3.store.http.TlsSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.apache.ProxyConfiguration;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * The HTTP client of one mount, of the kind that its configuration names.
 *
 * @param sdk for the SDK
 * @param direct the same for requests of our own, or null when it is not our client
 */
record StoreHttp(SdkHttpClient sdk, @Nullable HttpClient direct) implements AutoCloseable {
  /** Stands for all addresses of AWS, which the SDK chooses: NO_PROXY names them by their end. */
  private static final URI AWS = URI.create("https://s3.amazonaws.com");

  /**
   * Makes one. Nothing is sent.
   *
   * @param admission decides how many requests are under way at once
   * @param environment where proxies are named
   * @throws UserException when the certificate authorities cannot be read, or a proxy's address
   */
  static StoreHttp create(
      BucketMount mount, StoreLimits limits, Admission admission, Map<String, String> environment)
      throws UserException {
    TlsSettings tls = tls(mount.http());
    if (mount.http().client() == HttpClientKind.APACHE) {
      Proxy proxy =
          proxies(environment).of(Origin.of(mount.endpoint() == null ? AWS : mount.endpoint()));
      return new StoreHttp(apache(mount, limits, admission, tls.trustManagers(), proxy), null);
    }
    HttpClient client =
        new HttpClient(
            HttpLimits.of(limits.httpTimeout(), limits.ioTimeout(), limits.connections()),
            proxies(environment),
            tls,
            admission,
            "thins3-http-" + mount.bucket());
    return new StoreHttp(new NativeSdkHttpClient(client), client);
  }

  private static TlsSettings tls(HttpSettings settings) throws UserException {
    if (!settings.verifyTls()) {
      return TlsSettings.trustingAnybody();
    }
    Path bundle = settings.caBundle();
    if (bundle == null) {
      return TlsSettings.ofRuntime();
    }
    try {
      return TlsSettings.trusting(bundle);
    } catch (IOException e) {
      throw new UserException(
          ExitCode.USAGE,
          "the certificate authorities in "
              + bundle
              + " cannot be read ("
              + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
              + "): name a file with certificates in PEM");
    }
  }

  private static ProxySettings proxies(Map<String, String> environment) throws UserException {
    try {
      return ProxySettings.of(environment);
    } catch (IllegalArgumentException e) {
      throw new UserException(ExitCode.USAGE, "environment variable " + e.getMessage());
    }
  }

  @SuppressWarnings("deprecation") // Apache 4 has its successor in our own client, not in Apache 5.
  private static SdkHttpClient apache(
      BucketMount mount,
      StoreLimits limits,
      Admission admission,
      TrustManager[] trust,
      @Nullable Proxy proxy) {
    ApacheHttpClient.Builder builder =
        ApacheHttpClient.builder()
            .connectionTimeout(limits.httpTimeout())
            .socketTimeout(limits.httpTimeout())
            .connectionAcquisitionTimeout(limits.ioTimeout())
            .maxConnections(limits.connections())
            .connectionMaxIdleTime(HttpLimits.IDLE)
            .proxyConfiguration(configuration(proxy))
            .tcpKeepAlive(true);
    if (trust.length > 0 && mount.http().verifyTls()) {
      builder.tlsTrustManagersProvider(() -> trust);
    }
    return new InterruptibleHttpClient(
        builder.buildWithDefaults(
            AttributeMap.builder()
                .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, !mount.http().verifyTls())
                .build()),
        admission,
        limits.ioTimeout());
  }

  /**
   * A proxy for the SDK: by our own reading of the environment, so that both clients obey the same
   * rules. All requests of a mount go to one store.
   */
  @SuppressWarnings("deprecation") // As the client itself.
  private static ProxyConfiguration configuration(@Nullable Proxy proxy) {
    ProxyConfiguration.Builder builder =
        ProxyConfiguration.builder()
            .useSystemPropertyValues(false)
            .useEnvironmentVariableValues(false);
    if (proxy == null) {
      return builder.build();
    }
    String host = proxy.host().indexOf(':') < 0 ? proxy.host() : "[" + proxy.host() + "]";
    builder.endpoint(URI.create("http://" + host + ":" + proxy.port()));
    if (!proxy.authorization().isEmpty()) {
      String[] user = proxy.credentials().split(":", 2);
      builder
          .username(user[0])
          .password(user.length < 2 ? "" : user[1])
          .preemptiveBasicAuthenticationEnabled(true);
    }
    return builder.build();
  }

  /** Breaks all connections. */
  @Override
  public void close() {
    sdk.close();
    if (direct != null) {
      direct.close();
    }
  }
}
