package io.thins3.bench;

import io.thins3.bench.process.Directories;
import io.thins3.bench.server.Endpoint;
import io.thins3.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/** s3proxy in this JVM, on a temporary directory. */
public final class EmbeddedServer implements AutoCloseable {
  private static final String ACCESS_KEY = "bench";
  private static final String SECRET_KEY = "bench-secret";

  private final Path directory;
  private final S3Proxy proxy;

  /** Starts it on a free port. */
  public EmbeddedServer() throws Exception {
    directory = Files.createTempDirectory("bench-test-s3proxy-");
    proxy =
        S3Proxy.builder()
            .blobStore(new FilesystemNio2BlobStore(directory.toString()))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET_KEY)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .stopTimeout(0)
            .build();
    proxy.start();
  }

  /** Its address and keys. */
  public Endpoint endpoint() {
    return new Endpoint(
        URI.create("http://127.0.0.1:" + proxy.getPort()),
        "us-east-1",
        ACCESS_KEY,
        Secret.of(SECRET_KEY));
  }

  /** Whether no bucket is left in it. */
  public boolean isEmpty() throws IOException {
    try (var entries = Files.list(directory)) {
      return entries.noneMatch(Files::isDirectory);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      proxy.stop();
    } catch (Exception e) {
      throw new IOException("s3proxy does not stop", e);
    }
    Directories.deleteTree(directory);
  }
}
