package io.thins3.store;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.thins3.store.StoreException.Kind;
import io.thins3.testing.MemoryObjectStore;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class DecoratorsTest {
  private final MemoryObjectStore memory = new MemoryObjectStore().put("a\nb", "hello");

  @Test
  void logged_calls_haveOneLineEachWithDurationAndOutcome() throws Exception {
    AtomicLong nanos = new AtomicLong();
    LoggedObjectStore store = new LoggedObjectStore(memory, () -> nanos.getAndAdd(1_500_000));
    Logger logger = (Logger) LoggerFactory.getLogger(LoggedObjectStore.LOGGER);
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    appender.start();
    logger.addAppender(appender);
    try {
      String etag = store.head("a\nb").orElseThrow().etag();
      store.head("x");
      store.list(ListRequest.directory("p/"));
      StoreFixture.fill(store, "a\nb", etag, 0, ByteBuffer.allocate(5));
      store.checksum("a\nb", etag);
      store.getWhole("a\nb", etag, 5).close();
      new LoggedObjectWriter(memory, "memory", () -> nanos.getAndAdd(1_500_000))
          .replaceMetadata(
              store.details("a\nb").orElseThrow(), java.util.Map.of("n", "secret value"));
      memory.setFault(
          request -> {
            throw new StoreException(Kind.THROTTLED, "slow down", 503, "SlowDown", null, null);
          });
      StoreFixture.failure(() -> store.list(ListRequest.probe("")));
    } finally {
      logger.detachAppender(appender);
    }

    memory.setFault(request -> {});
    ObjectChecksum checksum = memory.checksum("a\nb", "\"1\"").orElseThrow();
    assertThat(List.copyOf(appender.list).stream().map(ILoggingEvent::getFormattedMessage))
        .containsExactly(
            "HEAD s3://memory/a\\x0ab: 5 bytes, \"1\" in 1.5 ms",
            "HEAD s3://memory/x: none in 1.5 ms",
            "LIST s3://memory/p/ level max-keys 1000: 0 keys, 0 prefixes in 1.5 ms",
            "GET s3://memory/a\\x0ab bytes 0-4 of \"1\": 5 bytes in 1.5 ms",
            "HEAD s3://memory/a\\x0ab checksum of \"1\": "
                + checksum.algorithm()
                + " "
                + checksum.value()
                + " in 1.5 ms",
            "GET s3://memory/a\\x0ab whole of \"1\": 0 bytes in 1.5 ms",
            "HEAD s3://memory/a\\x0ab details: 5 bytes, \"1\" in 1.5 ms",
            "COPY s3://memory/a\\x0ab onto itself, of \"1\": 1 names of metadata in 1.5 ms",
            "LIST s3://memory/ below max-keys 1: THROTTLED SlowDown in 1.5 ms");
  }
}
