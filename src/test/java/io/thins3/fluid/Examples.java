package io.thins3.fluid;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Fluid's example configurations, and the secrets they name. */
final class Examples {
  static final String ARTICLE = "01-single-mount-article.json";

  static final List<String> ALL =
      List.of(
          ARTICLE,
          "02-three-mounts-shared-options.json",
          "03-bucket-prefix-path-root.json",
          "05-secret-storage-inline-values.json",
          "07-dynamic-start-no-mounts.json",
          "09-legacy-0.9-inline-no-accessmodes.json",
          "10-minimal.json",
          "12-no-mounts-key-before-1.0.2.json",
          "13-unit-test-zookeeper.json",
          "14-unit-test-runtime-options.json",
          "20-cacheruntime-runtime.json-client-only.json");

  private static final Map<String, String> SECRETS =
      Map.of(
          "minio-secret/minio-access-key", "minioadmin\n",
          "minio-secret/minio-access-secret", "hunter2\r\n",
          "team-cred/ak", "team",
          "team-cred/sk", "hunter3\n\n",
          "models-cred/ak", "models\n",
          "models-cred/sk", "hunter4\n",
          "curvine-secret/access-key", "curvine",
          "curvine-secret/secret-key", "hunter5");

  private Examples() {}

  static byte[] read(String name) throws IOException {
    try (InputStream in = Examples.class.getResourceAsStream("/fluid-examples/" + name)) {
      if (in == null) {
        throw new IOException("no resource " + name);
      }
      return in.readAllBytes();
    }
  }

  static String text(String name) throws IOException {
    return new String(read(name), StandardCharsets.UTF_8);
  }

  /** Lays the secrets of all examples down below a directory. */
  static void writeSecrets(Path root) throws IOException {
    for (Map.Entry<String, String> secret : SECRETS.entrySet()) {
      Path file = root.resolve(secret.getKey());
      Files.createDirectories(file.resolveSibling("."));
      Files.writeString(file, secret.getValue());
    }
  }
}
