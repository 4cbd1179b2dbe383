package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.Await;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReadingTest {
  @Test
  void safely_lookThatRunsOutOfMemory_looksAgain() {
    AtomicInteger looks = new AtomicInteger();
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    try {
      var unused =
          timer.scheduleWithFixedDelay(
              Reading.safely(
                  () -> {
                    looks.incrementAndGet();
                    throw new OutOfMemoryError("of a test");
                  }),
              1,
              1,
              TimeUnit.MILLISECONDS);
      Await.until("three looks", Duration.ofSeconds(30), () -> looks.get() >= 3);
      assertThat(unused.isDone()).isFalse();
    } finally {
      timer.shutdownNow();
    }
  }
}
