package io.thins3.config;

import java.nio.file.Path;
import java.util.List;

/**
 * The whole configuration of a process. Immutable.
 *
 * @param buckets what is served; empty: an empty directory
 * @param mountPoint where, absolute
 * @param mountOptions further options of the mount as FUSE users know them ({@code -o}), in order
 * @param debugFuse log every FUSE request
 * @param debugS3 log every request to the store
 */
public record ServiceConfig(
    List<BucketMount> buckets,
    Path mountPoint,
    List<String> mountOptions,
    boolean debugFuse,
    boolean debugS3) {
  /** Keeps unmodifiable copies. */
  public ServiceConfig {
    buckets = List.copyOf(buckets);
    mountOptions = List.copyOf(mountOptions);
    if (!mountPoint.isAbsolute()) {
      throw new IllegalArgumentException("mount point is not absolute: " + mountPoint);
    }
  }
}
