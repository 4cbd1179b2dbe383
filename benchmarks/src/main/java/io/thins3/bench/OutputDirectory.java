package io.thins3.bench;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Where a run's results go. */
final class OutputDirectory {
  private OutputDirectory() {}

  /** The working tree. */
  static Path home() {
    return Path.of(System.getProperty("bench.home", "."));
  }

  /** As given, else one of this moment in the working tree. */
  static Path of(@Nullable Path given) {
    return (given != null ? given : home().resolve("benchmarks/results").resolve(now()))
        .toAbsolutePath();
  }

  private static String now() {
    return LocalDateTime.now(ZoneId.systemDefault())
        .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
  }
}
