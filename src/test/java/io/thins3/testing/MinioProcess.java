package io.thins3.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A MinIO server of its own, from a binary.
 *
 * <p>A shell stands between: it kills the server when its standard input ends, which it does too
 * when this JVM dies without a word.
 */
final class MinioProcess implements S3Backend {
  private static final Duration START = Duration.ofSeconds(60);
  private static final int PORTS_TO_TRY = 5;
  private static final String SHELL =
      "exec 3<&0; \"$@\" </dev/null >\"$THINS3_LOG\" 2>&1 & server=$!;"
          + " echo $server; read -r line <&3; kill -9 $server; wait $server 2>/dev/null";

  private final Path binary;
  private final Path directory;
  private final Map<String, String> environment;
  private final @Nullable Path certificates;
  private int port;
  private long pid;
  private @Nullable Process shell;

  /**
   * Creates one that does not run.
   *
   * @param certificates directory with its certificate and key, or null: no TLS
   */
  MinioProcess(Path binary, Map<String, String> environment, @Nullable Path certificates)
      throws IOException {
    this.binary = binary;
    this.certificates = certificates;
    this.environment = environment;
    this.directory = TestDirectories.create("thins3-minio-");
    this.port = FreePort.find();
  }

  /** The binary: $THINS3_MINIO, on the PATH, or in the cache that the test script fills. */
  static Optional<Path> find() {
    String named = System.getenv("THINS3_MINIO");
    if (named != null && !named.isEmpty()) {
      if (!Files.isExecutable(Path.of(named))) {
        throw new IllegalStateException("THINS3_MINIO=" + named + " is no executable file");
      }
      return Optional.of(Path.of(named));
    }
    for (String entry : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      Path candidate = Path.of(entry, "minio");
      if (!entry.isEmpty() && Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    Path home =
        cache == null || cache.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    Path cached = home.resolve("thins3/bin/minio");
    return Files.isExecutable(cached) ? Optional.of(cached) : Optional.empty();
  }

  @Override
  public void start() throws IOException, InterruptedException {
    for (int i = 0; ; i++) {
      launch();
      if (answers()) {
        return;
      }
      stop();
      // Somebody else may have taken the port between our look at it and the server's.
      if (i == PORTS_TO_TRY || !log().contains("address already in use")) {
        throw new IllegalStateException("minio does not start: " + log());
      }
      port = FreePort.find();
    }
  }

  private void launch() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            "/bin/sh",
            "-c",
            SHELL,
            "thins3-test-minio",
            binary.toString(),
            "server",
            "--quiet",
            "--certs-dir",
            (certificates == null ? directory.resolve("no-certificates") : certificates).toString(),
            "--address",
            "127.0.0.1:" + port,
            directory.resolve("data").toString());
    builder.environment().keySet().removeIf(name -> name.startsWith("MINIO_"));
    builder.environment().putAll(environment);
    builder.environment().put("HOME", directory.toString());
    builder.environment().put("MINIO_BROWSER", "off");
    builder.environment().put("MINIO_UPDATE", "off");
    builder.environment().put("THINS3_LOG", directory.resolve("log").toString());
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process started = builder.start();
    shell = started;
    BufferedReader out =
        new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (line == null) {
      throw new IOException("no process id from the shell that starts minio");
    }
    pid = Long.parseLong(line.trim());
  }

  /** Whether the server answers in time; false as soon as it has ended. */
  private boolean answers() throws IOException {
    URI health = endpoint().resolve("/minio/health/ready");
    boolean[] ready = new boolean[1];
    Await.until(
        "minio answers",
        START,
        () -> {
          if (!isAlive()) {
            return true;
          }
          if (certificates != null) {
            return listens();
          }
          HttpURLConnection connection = (HttpURLConnection) health.toURL().openConnection();
          connection.setConnectTimeout(1000);
          connection.setReadTimeout(5000);
          ready[0] = connection.getResponseCode() == 200;
          connection.disconnect();
          return ready[0];
        });
    return (ready[0] || certificates != null) && isAlive();
  }

  /** Over TLS who starts it asks for more, with the right authority. */
  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isAlive() {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private String log() throws IOException {
    return Files.readString(directory.resolve("log"));
  }

  @Override
  public void stop() throws IOException, InterruptedException {
    Process running = shell;
    if (running == null) {
      return;
    }
    shell = null;
    running.getOutputStream().close();
    if (!running.waitFor(10, TimeUnit.SECONDS)) {
      running.destroyForcibly();
      throw new IOException("minio, process " + pid + ", does not die");
    }
  }

  @Override
  public void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  @Override
  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    int exit = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    if (exit != 0) {
      throw new IOException("kill -" + name + " " + pid + " ended with " + exit);
    }
  }

  @Override
  public URI endpoint() {
    return URI.create((certificates == null ? "http" : "https") + "://127.0.0.1:" + port);
  }

  @Override
  public String describe() {
    return "minio (" + binary + ")";
  }

  @Override
  public void close() {
    try {
      stop();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    TestDirectories.delete(directory);
  }
}
