package io.thins3.bench;

import io.thins3.bench.report.Plots;
import io.thins3.bench.report.Summary;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Draws plots for a command; a machine without a font still gets its tables. */
final class Drawing {
  private Drawing() {}

  /** Draws, and says in one line what came of it. */
  static String draw(Summary summary, Path directory) throws IOException {
    Optional<String> problem = fontProblem();
    return problem.isPresent()
        ? "no plots, no font (apt-get install fontconfig fonts-dejavu-core): " + problem.get()
        : "%d plots in %s".formatted(new Plots(summary, directory).draw().size(), directory);
  }

  /** Tried with one letter, so that a failure of the drawing itself is not taken for this one. */
  private static Optional<String> fontProblem() {
    try {
      Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
      graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 10));
      boolean usable = graphics.getFontMetrics().stringWidth("x") > 0;
      graphics.dispose();
      return usable ? Optional.empty() : Optional.of("letters have no width");
    } catch (RuntimeException | LinkageError | InternalError e) {
      // The JDK reports a missing fontconfig, library or font in each of these ways.
      return Optional.of(e.toString());
    }
  }
}
