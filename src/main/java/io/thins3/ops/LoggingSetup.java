package io.thins3.ops;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import io.thins3.config.LogLevel;
import io.thins3.config.LogSettings;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Puts settings into logback, by its API alone: its XML configuration costs start time. */
final class LoggingSetup {
  /**
   * Libraries that say too much below WARN. Some of it is secret: the signers log session tokens
   * and the HTTP client its headers, so that no option lifts this.
   */
  private static final List<String> CAPPED =
      List.of("software.amazon.awssdk", "org.apache.http", "jnr", "com.kenai.jffi", "ru.serce");

  /** Logs method, host, path and header names of each request, no header values. */
  private static final String SDK_REQUESTS = "software.amazon.awssdk.request";

  private LoggingSetup() {}

  /** Replaces what was set before, and closes the stream that was written to. */
  static void apply(LoggerContext context, LogSettings settings, OutputStream lines) {
    context.reset();
    OutputStreamAppender<ILoggingEvent> appender = appender(context, lines);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Level level = levelOf(settings.level());
    root.setLevel(level);
    root.addAppender(appender);
    Level capped = level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN;
    for (String name : CAPPED) {
      context.getLogger(name).setLevel(capped);
    }
    if (settings.debugS3()) {
      context.getLogger(SDK_REQUESTS).setLevel(Level.DEBUG);
      lower(context.getLogger("io.thins3.store"), level);
    }
    if (settings.debugFuse()) {
      lower(context.getLogger("io.thins3.fuse"), level);
    }
  }

  private static void lower(Logger logger, Level level) {
    logger.setLevel(level.isGreaterOrEqual(Level.DEBUG) ? Level.DEBUG : level);
  }

  /** A view of a stream that stays open when logback is done with it: standard output. */
  static OutputStream unclosable(OutputStream out) {
    return new FilterOutputStream(out) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length); // whole lines, not byte by byte
      }

      @Override
      public void close() throws IOException {
        flush();
      }
    };
  }

  private static OutputStreamAppender<ILoggingEvent> appender(
      LoggerContext context, OutputStream lines) {
    LogLine layout = new LogLine();
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setLayout(layout);
    encoder.start();
    OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    appender.setContext(context);
    appender.setName("log");
    appender.setEncoder(encoder);
    appender.setImmediateFlush(true);
    appender.setOutputStream(lines);
    return appender;
  }

  private static Level levelOf(LogLevel level) {
    return switch (level) {
      case TRACE -> Level.TRACE;
      case DEBUG -> Level.DEBUG;
      case INFO -> Level.INFO;
      case WARN -> Level.WARN;
      case ERROR -> Level.ERROR;
    };
  }
}
