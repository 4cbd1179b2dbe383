package io.thins3.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the {@link ServiceConfig} of a process of its buckets and the options given for it. */
public final class ServiceConfigResolver {
  private final OptionValues values;
  private final @Nullable Path defaultLogFile;

  /**
   * Creates one.
   *
   * @param values the options of the process
   * @param defaultLogFile where the log goes when no option says so; null: to standard output
   */
  public ServiceConfigResolver(OptionValues values, @Nullable Path defaultLogFile) {
    this.values = values;
    this.defaultLogFile = defaultLogFile;
  }

  /** Resolves the configuration. */
  public ServiceConfig resolve(List<BucketMount> buckets, Path mountPoint, KernelOptions kernel)
      throws UserException {
    boolean debugFuse = values.get(Options.DEBUG_FUSE);
    boolean debugS3 = values.get(Options.DEBUG_S3);
    TransportKind transport = values.find(Options.TRANSPORT);
    Path logFile = values.find(Options.LOG_FILE);
    return new ServiceConfig(
        buckets,
        mountPoint,
        kernel.fsName() == null ? fsName(buckets) : kernel.fsName(),
        kernel.subtype(),
        kernel.others(),
        transport == null ? TransportKind.ofSystem(System.getProperty("os.name", "")) : transport,
        values.get(Options.DRAIN_TIMEOUT),
        values.find(Options.MEMORY_LIMIT),
        values.find(Options.METADATA_MEMORY),
        new StagingSettings(
            values.find(WriteOptions.STAGING_DIR), values.get(WriteOptions.STAGING_LIMIT)),
        new LogSettings(
            values.get(Options.LOG_LEVEL),
            logFile == null ? defaultLogFile : logFile,
            debugFuse,
            debugS3));
  }

  private static String fsName(List<BucketMount> buckets) {
    return buckets.size() == 1
        ? KernelOptions.DEFAULT_SUBTYPE + ":" + buckets.get(0).bucket()
        : KernelOptions.DEFAULT_SUBTYPE;
  }
}
