package io.thins3.meta;

import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.function.ToLongFunction;

/**
 * Expiry by the kind of value: each lives for its own time from the moment it was fetched, however
 * often it is read.
 */
final class TimeToLive<V> implements Expiry<String, V> {
  private final ToLongFunction<V> nanos;

  TimeToLive(ToLongFunction<V> nanos) {
    this.nanos = nanos;
  }

  /**
   * Nanoseconds of a duration, at most {@link Long#MAX_VALUE}: "indefinite" is longer than that.
   */
  static long saturatedNanos(Duration duration) {
    return duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0
        ? Long.MAX_VALUE
        : duration.toNanos();
  }

  @Override
  public long expireAfterCreate(String key, V value, long currentTime) {
    return nanos.applyAsLong(value);
  }

  @Override
  public long expireAfterUpdate(String key, V value, long currentTime, long currentDuration) {
    return nanos.applyAsLong(value);
  }

  @Override
  public long expireAfterRead(String key, V value, long currentTime, long currentDuration) {
    return currentDuration;
  }
}
