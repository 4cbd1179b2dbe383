package io.thins3.store.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Which servers are trusted. Thread-safe; it remembers TLS sessions, so that one is shared. */
public final class TlsSettings {
  private final SSLContext context;
  private final TrustManager[] trust;
  private final boolean verified;

  private TlsSettings(TrustManager @Nullable [] trust, boolean verified)
      throws GeneralSecurityException {
    this.context = SSLContext.getInstance("TLS");
    this.context.init(null, trust, null);
    this.trust = trust == null ? new TrustManager[0] : trust;
    this.verified = verified;
  }

  /** The certificate authorities of the Java runtime. */
  public static TlsSettings ofRuntime() {
    return checked(() -> new TlsSettings(null, true));
  }

  /**
   * The certificate authorities of a file, and no others.
   *
   * @param bundle certificates in PEM, one or several
   * @throws IOException when the file cannot be read, or holds no certificate
   */
  public static TlsSettings trusting(Path bundle) throws IOException {
    Collection<? extends Certificate> authorities;
    try (InputStream pem = Files.newInputStream(bundle)) {
      authorities = CertificateFactory.getInstance("X.509").generateCertificates(pem);
    } catch (CertificateException e) {
      throw new IOException("no certificates in PEM", e);
    }
    if (authorities.isEmpty()) {
      throw new IOException("no certificate in it");
    }
    return checked(
        () -> {
          KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
          store.load(null, null);
          int number = 0;
          for (Certificate authority : authorities) {
            store.setCertificateEntry("authority-" + number++, authority);
          }
          TrustManagerFactory factory =
              TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
          factory.init(store);
          return new TlsSettings(factory.getTrustManagers(), true);
        });
  }

  /** Any server, whatever its certificate says. */
  public static TlsSettings trustingAnybody() {
    return checked(() -> new TlsSettings(new TrustManager[] {new Trusting()}, false));
  }

  /** For other clients of the process: empty for the runtime's own trust, else what decides. */
  public TrustManager[] trustManagers() {
    return trust.clone();
  }

  /** The client's side of a connection to that server. */
  SSLEngine engine(Origin origin) {
    SSLEngine engine = context.createSSLEngine(origin.host(), origin.port());
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    if (verified) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  private interface Making {
    TlsSettings make() throws GeneralSecurityException, IOException;
  }

  private static TlsSettings checked(Making making) {
    try {
      return making.make();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this Java runtime offers no TLS", e);
    }
  }

  /** Extended, because the runtime checks the host's name for trust managers that are not. */
  private static final class Trusting extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
