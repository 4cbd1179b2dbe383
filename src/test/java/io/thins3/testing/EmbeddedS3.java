package io.thins3.testing;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.jspecify.annotations.Nullable;

/**
 * s3proxy in this JVM, on a directory: needs neither a binary nor a network. It starts in two to
 * three seconds. A component of a key may have at most 218 bytes, {@code x} and {@code x/y} cannot
 * both exist, and listings are in UTF-16 order. No virtual host is set: that would break path style
 * on 127.0.0.1.
 */
final class EmbeddedS3 implements S3Backend {
  private final Path directory;
  private final String accessKey;
  private final String secretKey;
  private int port;
  private @Nullable S3Proxy proxy;

  EmbeddedS3(String accessKey, String secretKey) throws IOException {
    this.accessKey = accessKey;
    this.secretKey = secretKey;
    this.directory = TestDirectories.create("thins3-s3proxy-");
  }

  @Override
  public void start() throws IOException {
    Path data = Files.createDirectories(directory.resolve("data"));
    S3Proxy started =
        S3Proxy.builder()
            .blobStore(new FilesystemNio2BlobStore(data.toString()))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, accessKey, secretKey)
            .endpoint(URI.create("http://127.0.0.1:" + port))
            // Milliseconds: a crash does not wait for clients.
            .stopTimeout(0)
            .build();
    try {
      started.start();
    } catch (Exception e) {
      throw new IOException("s3proxy does not start", e);
    }
    port = started.getPort();
    proxy = started;
  }

  @Override
  public void stop() throws IOException {
    S3Proxy running = proxy;
    proxy = null;
    if (running != null) {
      try {
        running.stop();
      } catch (Exception e) {
        throw new IOException("s3proxy does not stop", e);
      }
    }
  }

  @Override
  public void pause() {
    throw new UnsupportedOperationException(
        "a server in this JVM cannot be paused: use FaultProxy");
  }

  @Override
  public void resume() {
    throw new UnsupportedOperationException(
        "a server in this JVM cannot be paused: use FaultProxy");
  }

  @Override
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  @Override
  public String describe() {
    return "s3proxy in this JVM";
  }

  @Override
  public void close() {
    try {
      stop();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    TestDirectories.delete(directory);
  }
}
