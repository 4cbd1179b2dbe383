package io.thins3.bench.compare;

import io.thins3.bench.process.Cleanup;
import io.thins3.bench.process.Commands;
import io.thins3.bench.server.DataDirectory;
import io.thins3.bench.server.Endpoint;
import io.thins3.bench.server.Minio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The store to compare on: the one that was named, or a MinIO of our own. */
final class ServerChoice {
  private final Cleanup cleanup;
  private final Commands commands;

  ServerChoice(Cleanup cleanup, Commands commands) {
    this.cleanup = cleanup;
    this.commands = commands;
  }

  /**
   * Chooses, and starts what must be started.
   *
   * @param data where a MinIO keeps its data
   * @param work where its log goes
   */
  Server choose(@Nullable Endpoint named, DataDirectory data, Path work) throws Exception {
    if (named != null) {
      return new Server(named, null, named.uri().toString());
    }
    Path binary =
        Minio.find(System.getenv())
            .orElseThrow(
                () ->
                    new IOException(
                        "no MinIO found in THINS3_MINIO, on PATH or in ~/.cache/thins3/bin: run"
                            + " scripts/minio (it needs Go 1.24), or name a server with"
                            + " --endpoint"));
    Path directory = cleanup.make(() -> Files.createDirectory(data.path().resolve("minio")));
    Minio minio = Minio.start(binary, directory, work.resolve("minio.log"), cleanup);
    String version = Minio.version(binary, commands);
    return new Server(minio.endpoint(), minio.tree(), version + ", data on " + data.describe());
  }
}
