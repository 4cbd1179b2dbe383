package io.thins3.bench;

import io.thins3.bench.report.Plots;
import io.thins3.bench.report.Summary;
import java.io.IOException;
import java.nio.file.Path;

/** Draws plots for a command; a machine without a font still gets its tables. */
final class Drawing {
  private Drawing() {}

  /** Draws, and says in one line what came of it. */
  static String draw(Summary summary, Path directory) throws IOException {
    try {
      return "%d plots in %s".formatted(new Plots(summary, directory).draw().size(), directory);
    } catch (RuntimeException | LinkageError | InternalError e) {
      // The JDK reports a missing fontconfig or font in each of these ways.
      return "no plots (apt-get install fontconfig fonts-dejavu-core?): " + e;
    }
  }
}
