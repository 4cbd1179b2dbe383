package io.thins3.testing;

import io.thins3.config.BucketMount;
import io.thins3.config.Credentials;
import io.thins3.config.HttpSettings;
import java.net.URI;
import java.time.Duration;

/** Bucket configurations for tests. */
public final class Mounts {
  private Mounts() {}

  /** A bucket at the root with the given prefix and TTLs. */
  public static BucketMount mount(String prefix, Duration ttl, Duration negativeTtl) {
    return mount("/", prefix, ttl, negativeTtl, false, true);
  }

  /** A bucket at the root whose walks are fetched ahead of, or not. */
  public static BucketMount mount(Duration ttl, boolean siblingReadAhead) {
    return mount("/", "", ttl, Duration.ofSeconds(1), false, true, siblingReadAhead);
  }

  /** A bucket with everything that the tree looks at. */
  public static BucketMount mount(
      String path,
      String prefix,
      Duration ttl,
      Duration negativeTtl,
      boolean cheap,
      boolean implicitDirectories) {
    return mount(path, prefix, ttl, negativeTtl, cheap, implicitDirectories, true);
  }

  /** The same, not read-only. */
  public static BucketMount writable(BucketMount mount) {
    return new BucketMount(
        mount.name(),
        mount.path(),
        mount.bucket(),
        mount.prefix(),
        mount.endpoint(),
        mount.region(),
        mount.credentials(),
        mount.pathStyle(),
        false,
        mount.uid(),
        mount.gid(),
        mount.fileMode(),
        mount.directoryMode(),
        mount.metadataTtl(),
        mount.negativeTtl(),
        mount.cheap(),
        mount.implicitDirectories(),
        mount.siblingReadAhead(),
        mount.http());
  }

  /** The same bucket of a server, by any name there, with these requests. */
  public static BucketMount at(URI endpoint, String bucket, HttpSettings http, BucketMount mount) {
    return new BucketMount(
        mount.name(),
        mount.path(),
        bucket,
        mount.prefix(),
        endpoint,
        mount.region(),
        mount.credentials(),
        mount.pathStyle(),
        mount.readOnly(),
        mount.uid(),
        mount.gid(),
        mount.fileMode(),
        mount.directoryMode(),
        mount.metadataTtl(),
        mount.negativeTtl(),
        mount.cheap(),
        mount.implicitDirectories(),
        mount.siblingReadAhead(),
        http);
  }

  private static BucketMount mount(
      String path,
      String prefix,
      Duration ttl,
      Duration negativeTtl,
      boolean cheap,
      boolean implicitDirectories,
      boolean siblingReadAhead) {
    return new BucketMount(
        "memory",
        path,
        "memory",
        prefix,
        null,
        "us-east-1",
        new Credentials.Anonymous(),
        true,
        true,
        1000,
        1001,
        0644,
        0755,
        ttl,
        negativeTtl,
        cheap,
        implicitDirectories,
        siblingReadAhead,
        HttpSettings.of(Duration.ofSeconds(30)));
  }
}
