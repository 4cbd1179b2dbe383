package io.thins3.cli;

import io.thins3.store.BucketProbe;
import io.thins3.store.ProbeResult;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a bucket until it answers: at start with a deadline, afterwards, where the mount was made
 * without an answer, in the background, so that the log tells when the store is back or what is
 * wrong with the bucket.
 *
 * <pre>
 *   ask --unreachable--> wait (0.1 s, doubled up to 10 s) --> ask
 *    |
 *    +--definitive answer--> done        deadline, or interrupt --> done
 * </pre>
 */
final class StartProbe {
  private static final Logger log = LoggerFactory.getLogger(StartProbe.class);
  private static final long FIRST_WAIT_MILLIS = 100;
  private static final long LONGEST_WAIT_MILLIS = 10_000;

  /** Longest wait for one answer; a new connection may meet a server that has come back. */
  private static final Duration ONE_ANSWER = Duration.ofSeconds(10);

  private final BucketProbe probe;
  private final CountDownLatch stopped = new CountDownLatch(1);

  StartProbe(BucketProbe probe) {
    this.probe = probe;
  }

  /** The first definitive answer, or the last one before the deadline. */
  ProbeResult await(Duration deadline) throws InterruptedException {
    long end = System.nanoTime() + deadline.toNanos();
    long wait = FIRST_WAIT_MILLIS;
    while (true) {
      long left = end - System.nanoTime();
      ProbeResult result =
          probe.run(Duration.ofNanos(Math.max(1, Math.min(left, ONE_ANSWER.toNanos()))));
      left = end - System.nanoTime();
      if (result.isDefinitive() || left <= TimeUnit.MILLISECONDS.toNanos(wait)) {
        return result;
      }
      if (stopped.await(wait, TimeUnit.MILLISECONDS)) {
        throw new InterruptedException("the service has ended");
      }
      wait = Math.min(wait * 2, LONGEST_WAIT_MILLIS);
    }
  }

  /** Ends the asking, wherever it is done. */
  void stop() {
    stopped.countDown();
  }

  /** Goes on asking on a daemon thread, until there is a definitive answer, which is logged. */
  void goOn(String bucket) {
    Thread thread =
        new Thread(
            () -> {
              try {
                ProbeResult result = await(Duration.ofDays(365));
                if (result.isOk()) {
                  log.info("s3://{} answers now", bucket);
                } else {
                  log.error("s3://{} cannot be served: {}", bucket, result.message());
                }
              } catch (InterruptedException e) {
                log.debug("s3://{} is not asked any more: {}", bucket, e.getMessage());
              }
            },
            "probe-" + bucket);
    thread.setDaemon(true);
    thread.start();
  }
}
