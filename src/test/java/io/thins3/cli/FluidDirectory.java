package io.thins3.cli;

import io.thins3.testing.S3Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What Fluid puts into a container, as the kubelet lays it out: config.json and secret files behind
 * {@code ..data} links, which are replaced together.
 */
final class FluidDirectory {
  private final Path root;
  private final Path targetPath;

  FluidDirectory(Path root) {
    this.root = root;
    this.targetPath = root.resolve("runtime-mnt/thin/default/minio-demo/thin-fuse");
  }

  Path configFile() {
    return root.resolve("etc/fluid/config/config.json");
  }

  Path secretsRoot() {
    return root.resolve("etc/fluid/secrets");
  }

  /** Where the mount is to be; Fluid does not create it. */
  Path targetPath() {
    return targetPath;
  }

  String[] arguments() {
    return new String[] {
      "fluid", "--fluid-config", configFile().toString(), "--secrets-root", secretsRoot().toString()
    };
  }

  /** The configuration of the article: fluid-examples/01 with this server, bucket and target. */
  FluidDirectory article(S3Server server, String bucket) throws IOException {
    return article(server.endpoint().toString(), bucket, server.accessKey(), server.secretKey());
  }

  FluidDirectory article(String endpoint, String bucket, String accessKey, String secretKey)
      throws IOException {
    secret("minio-secret", "minio-access-key", accessKey);
    secret("minio-secret", "minio-access-secret", secretKey + "\n");
    String json =
        """
        {"mounts":[{"mountPoint":"minio://BUCKET","options":{\
        "minio-access-key":"SECRETS/minio-secret/minio-access-key",\
        "minio-access-secret":"SECRETS/minio-secret/minio-access-secret",\
        "minio-url":"ENDPOINT"},"name":"minio"}],\
        "targetPath":"TARGET","accessModes":["ReadOnlyMany"]}
        """;
    return config(
        json.replace("BUCKET", bucket)
            .replace("SECRETS", secretsRoot().toString())
            .replace("ENDPOINT", endpoint)
            .replace("TARGET", targetPath.toString()));
  }

  FluidDirectory config(String json) throws IOException {
    linked(root.resolve("etc/fluid/config"), "config.json", json);
    return this;
  }

  private void secret(String name, String key, String value) throws IOException {
    linked(secretsRoot().resolve(name), key, value);
  }

  private static void linked(Path directory, String name, String content) throws IOException {
    Path data = Files.createDirectories(directory.resolve("..2026_11_23"));
    Files.writeString(data.resolve(name), content, StandardCharsets.UTF_8);
    Path dataLink = directory.resolve("..data");
    if (!Files.exists(dataLink)) {
      Files.createSymbolicLink(dataLink, data.getFileName());
    }
    Files.deleteIfExists(directory.resolve(name));
    Files.createSymbolicLink(directory.resolve(name), Path.of("..data", name));
  }
}
