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
    Path binary = executable("thins3/bin");

    assertThat(Minio.find(Map.of("XDG_CACHE_HOME", directory.toString()))).contains(binary);
  }

  @Test
  void find_onPathAndInTheCache_isTheOneOnPath() throws IOException {
    Path cached = executable("cache/thins3/bin");
    Path onPath = executable("bin");

    assertThat(
            Minio.find(
                Map.of(
                    "XDG_CACHE_HOME",
                    directory.resolve("cache").toString(),
                    "PATH",
                    directory.resolve("bin").toString())))
        .contains(onPath);
    assertThat(cached).isNotEqualTo(onPath);
  }

  @Test
  void find_inTheCacheButNotExecutable_isNone() throws IOException {
    Files.createDirectories(directory.resolve("thins3/bin"));
    Files.writeString(directory.resolve("thins3/bin/minio"), "#!/bin/sh\n");

    assertThat(Minio.find(Map.of("XDG_CACHE_HOME", directory.toString()))).isEmpty();
  }

  private Path executable(String parent) throws IOException {
    Files.createDirectories(directory.resolve(parent));
    Path binary = Files.writeString(directory.resolve(parent).resolve("minio"), "#!/bin/sh\n");
    assertThat(binary.toFile().setExecutable(true)).isTrue();
    return binary;
  }
}
