package io.thins3.fuse;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of {@link FileSystem#drain}, on a thread of its own, so that a file system that overruns
 * its time holds up nobody. Thread-safe.
 */
public final class Drain {
  private static final Logger log = LoggerFactory.getLogger(Drain.class);

  private final FileSystem fileSystem;
  private final Duration timeout;
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread thread;

  private Drain(FileSystem fileSystem, Duration timeout) {
    this.fileSystem = fileSystem;
    this.timeout = timeout;
    thread = new Thread(this::run, "fuse-drain");
    thread.setDaemon(true);
  }

  /**
   * Begins to drain.
   *
   * @param timeout what the file system is told it has; zero or less is told as zero
   */
  public static Drain begin(FileSystem fileSystem, Duration timeout) {
    Drain drain = new Drain(fileSystem, timeout.isNegative() ? Duration.ZERO : timeout);
    drain.thread.start();
    return drain;
  }

  /**
   * Waits until the file system is done; when the time is over, it is told so.
   *
   * @return false when the time was over first
   */
  public boolean await(Duration left) throws InterruptedException {
    boolean inTime = done.await(left.toNanos(), TimeUnit.NANOSECONDS);
    if (!inTime) {
      cut();
    }
    return inTime;
  }

  /** Tells the file system that its time is over. */
  public void cut() {
    thread.interrupt();
  }

  private void run() {
    try {
      fileSystem.drain(timeout);
    } catch (InterruptedException e) {
      log.debug("draining was cut short");
    } catch (RuntimeException | Error e) {
      log.error("draining failed", e);
    } finally {
      done.countDown();
    }
  }
}
