package io.thins3.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration of a process. Immutable.
 *
 * @param buckets what is served; empty: an empty directory
 * @param mountPoint where, absolute
 * @param fsName the mount's source as mountinfo shows it; without blanks and commas
 * @param subtype the mount's type is {@code fuse.SUBTYPE}
 * @param mountOptions further options of the mount as FUSE users know them ({@code -o}), in order,
 *     each once; without fsname and subtype, and with ro only where the kernel itself is to refuse
 *     changes
 * @param transport the way to the kernel
 * @param drainTimeout what is running gets this time, in all, when the mount is to end
 * @param memoryLimit most bytes for the content of files; null: what suits the machine
 * @param metadataMemory most bytes for what is known of names; null: what suits the heap
 * @param staging where changes lie until they are published
 * @param log what is logged and where to
 */
public record ServiceConfig(
    List<BucketMount> buckets,
    Path mountPoint,
    String fsName,
    String subtype,
    List<String> mountOptions,
    TransportKind transport,
    Duration drainTimeout,
    @Nullable Long memoryLimit,
    @Nullable Long metadataMemory,
    StagingSettings staging,
    LogSettings log) {
  /** Keeps unmodifiable copies. */
  public ServiceConfig {
    buckets = List.copyOf(buckets);
    mountOptions = List.copyOf(mountOptions);
    if (!mountPoint.isAbsolute()) {
      throw new IllegalArgumentException("mount point is not absolute: " + mountPoint);
    }
  }
}
