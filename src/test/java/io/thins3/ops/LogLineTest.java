package io.thins3.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LogLineTest {
  @Test
  void doLayout_message_isTimeLevelComponentText() {
    assertThat(line("io.thins3.store.S3Store", Level.INFO, "bucket b is there", null))
        .isEqualTo("2026-11-23T10:00:00.123Z INFO  store bucket b is there\n");
    assertThat(line("io.thins3.fuse.libfuse.Mount", Level.ERROR, "x", null))
        .isEqualTo("2026-11-23T10:00:00.123Z ERROR fuse.libfuse x\n");
    assertThat(line("software.amazon.awssdk.request", Level.WARN, "x", null))
        .isEqualTo("2026-11-23T10:00:00.123Z WARN  request x\n");
  }

  @Test
  void doLayout_nameThatForgesALine_isEscaped() {
    assertThat(line("a", Level.INFO, "key x\n2026-11-23T10:00:00.123Z ERROR fs all lost", null))
        .isEqualTo(
            "2026-11-23T10:00:00.123Z INFO  a key x\\n2026-11-23T10:00:00.123Z ERROR fs all"
                + " lost\n");
  }

  @Test
  void doLayout_throwable_followsOnLinesWithATab() {
    Exception thrown = new IOException("a\nb", new IllegalStateException("c\r\nd"));
    String text = line("a", Level.DEBUG, "failed", thrown);
    assertThat(text.lines().skip(1)).allMatch(line -> line.startsWith("\t"));
    assertThat(text)
        .contains("\tjava.io.IOException: a\\nb\n\tat " + LogLineTest.class.getName())
        .contains("\tcaused by java.lang.IllegalStateException: c\\r\\nd\n");
  }

  @Test
  void doLayout_circleOfCauses_ends() {
    Exception a = new Exception("a");
    Exception b = new Exception("b", a);
    a.initCause(b);
    assertThat(line("a", Level.DEBUG, "failed", a).lines().filter(l -> l.contains("caused by")))
        .hasSizeBetween(1, 10);
  }

  private static String line(
      String logger, Level level, String message, @Nullable Throwable thrown) {
    LoggingEvent event =
        new LoggingEvent(
            "", new LoggerContext().getLogger(logger), level, message, thrown, new Object[0]);
    event.setInstant(Instant.parse("2026-11-23T10:00:00.123Z"));
    return new LogLine().doLayout(event);
  }
}
