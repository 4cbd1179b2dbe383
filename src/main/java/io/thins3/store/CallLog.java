package io.thins3.store;

import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each call to a store, with its duration and outcome. Thread-safe. */
final class CallLog {
  private static final Logger LOG = LoggerFactory.getLogger(LoggedObjectStore.LOGGER);

  private final String bucket;
  private final LongSupplier nanoTime;

  CallLog(String bucket, LongSupplier nanoTime) {
    this.bucket = bucket;
    this.nanoTime = nanoTime;
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** Makes a call and logs it. */
  <T> T logged(
      S3Operation operation,
      String key,
      String details,
      StoreCall<T> call,
      Function<T, String> outcome)
      throws StoreException {
    long start = now();
    String end = "failed";
    try {
      T answer = call.run();
      end = outcome.apply(answer);
      return answer;
    } catch (StoreException e) {
      end = outcome(e);
      throw e;
    } finally {
      log(operation, key, details, end, start);
    }
  }

  static String outcome(StoreException e) {
    return e.kind() + (e.code() == null ? "" : " " + Printable.of(e.code()));
  }

  void log(S3Operation operation, String key, String details, String end, long start) {
    LOG.info(
        "{} s3://{}/{}{}: {} in {} ms",
        operation,
        bucket,
        Printable.of(key),
        details,
        end,
        TimeUnit.NANOSECONDS.toMicros(now() - start) / 1000.0);
  }
}
