package io.thins3.bench.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MinioTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @Test
  void find_namedByTheEnvironment_isThat() {
    assertThat(Minio.find(Map.of("THINS3_MINIO", "/opt/minio"))).contains(Path.of("/opt/minio"));
  }

  @Test
  void find_inTheCache_isFoundWhenItCanBeExecuted() throws IOException {
    Path binary = directory.resolve("thins3/bin/minio");
    Files.createDirectories(directory.resolve("thins3/bin"));
    Files.writeString(binary, "#!/bin/sh\n");
    assertThat(binary.toFile().setExecutable(true)).isTrue();

    assertThat(Minio.find(Map.of("XDG_CACHE_HOME", directory.toString())).orElseThrow())
        .satisfiesAnyOf(
            found -> assertThat(found).isEqualTo(binary),
            // One on PATH goes before.
            found -> assertThat(found.toString()).endsWith("/minio"));
  }
}
