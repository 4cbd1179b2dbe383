package io.thins3.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate authority and a server's certificate, made by the JDK's keytool. */
public final class TestCertificates {
  private static final String PASSWORD = "test-password";

  private final Path directory;
  private final Path authority;

  private TestCertificates(Path directory) {
    this.directory = directory;
    this.authority = directory.resolve("authority.pem");
  }

  /**
   * Makes them.
   *
   * @param names the server's, as keytool writes them, such as dns:localhost,ip:127.0.0.1
   */
  public static TestCertificates create(Path directory, String names) throws IOException {
    TestCertificates made = new TestCertificates(directory);
    made.keytool("-genkeypair", "-alias", "ca", "-dname", "CN=test authority", "-ext", "bc:c");
    made.keytool(
        "-genkeypair",
        "-alias",
        "server",
        "-dname",
        "CN=test server",
        "-ext",
        "san=" + names,
        "-signer",
        "ca");
    try {
      byte[] authority = made.keys().getCertificate("ca").getEncoded();
      Files.writeString(made.authority, pem("CERTIFICATE", authority));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    return made;
  }

  private void keytool(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("-keystore", store().toString(), "-storepass", PASSWORD, "-storetype", "PKCS12"));
    command.addAll(List.of("-keyalg", "EC", "-validity", "2"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException("keytool " + arguments[0] + ": " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private Path store() {
    return directory.resolve("store.p12");
  }

  /** The authority's certificate, in PEM. */
  public Path authority() {
    return authority;
  }

  private KeyStore keys() throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store())) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  /** A directory with {@code public.crt} and {@code private.key}, as MinIO wants them. */
  public Path pemDirectory() throws IOException, GeneralSecurityException {
    Path pem = Files.createDirectories(directory.resolve("pem"));
    KeyStore keys = keys();
    StringBuilder chain = new StringBuilder();
    for (Certificate certificate : keys.getCertificateChain("server")) {
      chain.append(pem("CERTIFICATE", certificate.getEncoded()));
    }
    Files.writeString(pem.resolve("public.crt"), chain);
    byte[] key = keys.getKey("server", PASSWORD.toCharArray()).getEncoded();
    Files.writeString(pem.resolve("private.key"), pem("PRIVATE KEY", key));
    return pem;
  }

  private static String pem(String type, byte[] content) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n";
  }

  /** For the server. */
  public SSLContext server() throws IOException, GeneralSecurityException {
    KeyStore keys = keys();
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.deleteEntry("ca");
    factory.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }
}
