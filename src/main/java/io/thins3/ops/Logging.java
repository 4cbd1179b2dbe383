package io.thins3.ops;

import ch.qos.logback.classic.LoggerContext;
import io.thins3.config.ExitCode;
import io.thins3.config.LogSettings;
import io.thins3.config.Shown;
import io.thins3.config.UserException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** The log of the process: lines to standard output, or to a file. */
public final class Logging {
  private static final long LARGEST_FILE = 10L << 20;
  private static final int OLD_FILES = 3;

  private Logging() {}

  /**
   * Logs by these settings from now on.
   *
   * @param out where lines go when the settings name no file; flushed after each line, never closed
   * @throws UserException if the file cannot be written
   */
  public static void start(LogSettings settings, OutputStream out) throws UserException {
    Path file = settings.file();
    OutputStream lines;
    try {
      lines =
          file == null ? LoggingSetup.unclosable(out) : new LogFile(file, LARGEST_FILE, OLD_FILES);
    } catch (IOException e) {
      throw new UserException(
          ExitCode.USAGE,
          "the log file "
              + Shown.plain(String.valueOf(file))
              + " cannot be written ("
              + e.getClass().getSimpleName()
              + "); name another with --log-file",
          e);
    }
    LoggingSetup.apply((LoggerContext) LoggerFactory.getILoggerFactory(), settings, lines);
  }
}
