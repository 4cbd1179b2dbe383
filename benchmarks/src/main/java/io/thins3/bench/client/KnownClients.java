package io.thins3.bench.client;

import java.util.List;
import java.util.Map;

/**
 * The clients that are compared, each at its defaults. Where an option is given it is one without
 * which the client would not work on a MinIO (endpoint, region, path style), not do the writes at
 * all (mount-s3's overwrite and delete), or do them in another way than users do (rclone's cache
 * mode).
 */
public final class KnownClients {
  private KnownClients() {}

  /** All of them, in the order of reports. */
  public static List<ClientSpec> all() {
    return List.of(thins3(), goofys(), geesefs(), mountS3(), s3fs(), rclone());
  }

  private static ClientSpec thins3() {
    return new ClientSpec(
        "thins3",
        List.of("--version"),
        List.of(
            "mount", "-f", "--endpoint", "{endpoint}", "--region", "{region}", "{bucket}", "{dir}"),
        Map.of(),
        "mvn -DskipTests package in the project's directory (found in target/thins3/bin)");
  }

  private static ClientSpec goofys() {
    return new ClientSpec(
        "goofys",
        List.of("--version"),
        List.of("-f", "--endpoint", "{endpoint}", "--region", "{region}", "{bucket}", "{dir}"),
        Map.of(),
        "binary from https://github.com/kahing/goofys/releases, or"
            + " go install github.com/kahing/goofys@latest");
  }

  private static ClientSpec geesefs() {
    return new ClientSpec(
        "geesefs",
        List.of("--version"),
        List.of("-f", "--endpoint", "{endpoint}", "--region", "{region}", "{bucket}", "{dir}"),
        Map.of(),
        "binary from https://github.com/yandex-cloud/geesefs/releases");
  }

  private static ClientSpec mountS3() {
    return new ClientSpec(
        "mount-s3",
        List.of("--version"),
        List.of(
            "--foreground",
            "--endpoint-url",
            "{endpoint}",
            "--region",
            "{region}",
            "--force-path-style",
            "--allow-delete",
            "--allow-overwrite",
            "{bucket}",
            "{dir}"),
        Map.of(),
        "package from https://s3.amazonaws.com/mountpoint-s3-release/latest/x86_64/mount-s3.deb");
  }

  private static ClientSpec s3fs() {
    return new ClientSpec(
        "s3fs",
        List.of("--version"),
        List.of(
            "-f",
            "-o",
            "url={endpoint}",
            "-o",
            "endpoint={region}",
            "-o",
            "use_path_request_style",
            "{bucket}",
            "{dir}"),
        Map.of(),
        "apt-get install s3fs");
  }

  private static ClientSpec rclone() {
    return new ClientSpec(
        "rclone",
        List.of("version"),
        List.of(
            "mount",
            "--vfs-cache-mode",
            "writes",
            "--cache-dir",
            "{cache}",
            "bench:{bucket}",
            "{dir}"),
        Map.of(
            "RCLONE_CONFIG",
            "",
            "RCLONE_CONFIG_BENCH_TYPE",
            "s3",
            "RCLONE_CONFIG_BENCH_PROVIDER",
            "Minio",
            "RCLONE_CONFIG_BENCH_ENV_AUTH",
            "true",
            "RCLONE_CONFIG_BENCH_REGION",
            "{region}",
            "RCLONE_CONFIG_BENCH_ENDPOINT",
            "{endpoint}"),
        "apt-get install rclone");
  }
}
