package io.thins3.config;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where changes lie until they are published.
 *
 * @param directory as it was given; null: what suits the user
 * @param limit most bytes in it, not negative
 */
public record StagingSettings(@Nullable Path directory, long limit) {
  /** The default limit: 10 GiB. */
  public static final StagingSettings DEFAULT = new StagingSettings(null, 10L << 30);

  /** The directory: absolute. */
  public Path directory(Map<String, String> environment) {
    if (directory != null) {
      return directory.toAbsolutePath();
    }
    String cache = environment.get("XDG_CACHE_HOME");
    return cache != null && Path.of(cache).isAbsolute()
        ? Path.of(cache, "thins3")
        : Path.of("/var/tmp", "thins3-" + Owner.ofProcess().uid());
  }
}
