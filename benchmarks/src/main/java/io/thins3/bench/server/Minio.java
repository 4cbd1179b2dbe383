package io.thins3.bench.server;

import io.thins3.bench.measure.ProcessTree;
import io.thins3.bench.process.Cleanup;
import io.thins3.bench.process.Commands;
import io.thins3.bench.process.Deadline;
import io.thins3.bench.process.ProcessEnd;
import io.thins3.config.Secret;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A MinIO of our own on the loopback interface, one drive, ended with the run. */
public final class Minio {
  private final Endpoint endpoint;
  private final ProcessTree tree;

  private Minio(Endpoint endpoint, ProcessTree tree) {
    this.endpoint = endpoint;
    this.tree = tree;
  }

  /** Finds the binary: THINS3_MINIO, PATH, then {@code ${XDG_CACHE_HOME:-~/.cache}/thins3/bin}. */
  public static Optional<Path> find(Map<String, String> environment) {
    String named = environment.get("THINS3_MINIO");
    if (named != null && !named.isEmpty()) {
      return Optional.of(Path.of(named));
    }
    return Commands.find("minio", environment.get("PATH"))
        .or(() -> Optional.of(cache(environment)).filter(Files::isExecutable));
  }

  private static Path cache(Map<String, String> environment) {
    String cache = environment.get("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return base.resolve("thins3/bin/minio");
  }

  /** The version that a binary says it is. */
  public static String version(Path binary, Commands commands)
      throws IOException, InterruptedException {
    return commands
        .run(List.of(binary.toString(), "--version"))
        .standardOutput()
        .lines()
        .findFirst()
        .orElse("unknown");
  }

  /** Starts a server on a free port and waits until it answers. */
  public static Minio start(Path binary, Path data, Path log, Cleanup cleanup) throws Exception {
    int port = freePort();
    Endpoint endpoint =
        new Endpoint(
            URI.create("http://127.0.0.1:" + port),
            "us-east-1",
            "thins3bench",
            Secret.of(UUID.randomUUID().toString()));
    ProcessBuilder builder =
        Commands.builder(
            List.of(binary.toString(), "server", "--address", "127.0.0.1:" + port, data.toString()),
            Map.of(
                "MINIO_ROOT_USER",
                endpoint.accessKey(),
                "MINIO_ROOT_PASSWORD",
                endpoint.secretKey().reveal(),
                "MINIO_BROWSER",
                "off",
                "MINIO_UPDATE",
                "off"));
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    Process process =
        cleanup.acquire("minio", builder::start, p -> ProcessEnd.terminate(p, 5)).get();
    Deadline.in(Duration.ofSeconds(60))
        .await(
            "the start of MinIO",
            20,
            () -> {
              if (!process.isAlive()) {
                throw new IOException(
                    "MinIO ended with exit code " + process.exitValue() + ": " + lastLine(log));
              }
              return answers(endpoint.uri().resolve("/minio/health/live"));
            });
    return new Minio(endpoint, new ProcessTree(process.pid()));
  }

  private static @Nullable String lastLine(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return lines.isEmpty() ? null : lines.get(lines.size() - 1);
  }

  private static boolean answers(URI uri) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setConnectTimeout(1000);
    connection.setReadTimeout(1000);
    try {
      return connection.getResponseCode() == 200;
    } catch (IOException e) {
      return false;
    } finally {
      connection.disconnect();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Its address and keys. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** Its processes, for their CPU time. */
  public ProcessTree tree() {
    return tree;
  }
}
