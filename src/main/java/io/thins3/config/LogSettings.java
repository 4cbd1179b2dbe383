package io.thins3.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is logged, and where to. Immutable.
 *
 * @param level the least level that is logged
 * @param file where to; null: standard output
 * @param debugFuse log every FUSE request, whatever the level
 * @param debugS3 log every request to the store, whatever the level
 */
public record LogSettings(LogLevel level, @Nullable Path file, boolean debugFuse, boolean debugS3) {
  /** INFO to standard output. */
  public static final LogSettings DEFAULT = new LogSettings(LogLevel.INFO, null, false, false);
}
