package io.thins3.meta;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys that no path leads to ({@code a//b}, {@code ../x}): counted each time they are met, logged
 * the first time. Thread-safe.
 */
final class HiddenKeys {
  private static final Logger log = LoggerFactory.getLogger(HiddenKeys.class);

  /** Keys remembered as logged; beyond that a key may be logged again, memory stays bounded. */
  private static final int REMEMBERED = 10_000;

  private final LongAdder met = new LongAdder();
  private final Cache<String, Boolean> logged =
      Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build();

  void add(String bucket, String key) {
    met.increment();
    if (logged.asMap().putIfAbsent(key, Boolean.TRUE) == null) {
      log.warn("s3://{}/{} is hidden: a component of this key cannot be a file name", bucket, key);
    }
  }

  /** How often such a key was met. */
  long count() {
    return met.sum();
  }
}
