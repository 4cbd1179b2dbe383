package io.thins3.ops;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.LayoutBase;
import io.thins3.config.Shown;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The form of a log line: {@code 2026-11-23T10:00:00.123Z INFO component message}. A message is one
 * line whatever is in it, because object and option names are chosen by others: nobody can forge a
 * line by naming an object. Stack traces follow on lines that begin with a tab. Thread-safe.
 */
final class LogLine extends LayoutBase<ILoggingEvent> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final String OURS = "io.thins3.";

  /** A chain of causes may be a circle. */
  private static final int DEEPEST_CAUSE = 10;

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    TIME.formatTo(Instant.ofEpochMilli(event.getTimeStamp()), line);
    String level = event.getLevel().toString();
    line.append(' ').append(level).append(" ".repeat(Math.max(1, 6 - level.length())));
    line.append(component(event.getLoggerName())).append(' ');
    line.append(Shown.escaped(String.valueOf(event.getFormattedMessage()))).append('\n');
    IThrowableProxy thrown = event.getThrowableProxy();
    String relation = "";
    for (int depth = 0; thrown != null && depth < DEEPEST_CAUSE; depth++) {
      appendTrace(line, relation, thrown);
      relation = "caused by ";
      thrown = thrown.getCause();
    }
    return line.toString();
  }

  private static void appendTrace(StringBuilder line, String relation, IThrowableProxy thrown) {
    line.append('\t').append(relation).append(thrown.getClassName());
    if (thrown.getMessage() != null) {
      line.append(": ").append(Shown.escaped(thrown.getMessage()));
    }
    line.append('\n');
    StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
    if (frames == null) {
      return;
    }
    for (StackTraceElementProxy frame : frames) {
      line.append('\t').append(frame.getSTEAsString()).append('\n');
    }
  }

  /** Our loggers are called as their package below io.thins3, others as their class. */
  static String component(String logger) {
    if (logger.startsWith(OURS)) {
      String rest = logger.substring(OURS.length());
      int lastDot = rest.lastIndexOf('.');
      return lastDot < 0 ? rest : rest.substring(0, lastDot);
    }
    return logger.substring(logger.lastIndexOf('.') + 1);
  }
}
