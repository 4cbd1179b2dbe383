package io.thins3.fuse.libfuse;

import io.thins3.fuse.OwnMount;
import io.thins3.fuse.Transport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A mount served by libfuse's loop, which runs in a thread of its own. */
final class LibfuseSession implements Transport.Session {
  private static final Logger log = LoggerFactory.getLogger(LibfuseSession.class);

  private final LibfuseLoop loop;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile int exitCode;
  private volatile @Nullable OwnMount mount;

  LibfuseSession(LibfuseLoop loop) {
    this.loop = loop;
  }

  void start(List<String> arguments) {
    Thread thread = new Thread(() -> run(arguments), "libfuse");
    // libfuse's workers are attached to the JVM as daemons, too: none keeps it from exiting.
    thread.setDaemon(true);
    thread.start();
  }

  private void run(List<String> arguments) {
    // Unless libfuse says otherwise.
    exitCode = -1;
    try {
      exitCode = loop.run(arguments);
    } catch (RuntimeException | Error e) {
      log.error("libfuse's loop failed", e);
    } finally {
      ended.countDown();
    }
  }

  /**
   * Waits until requests are answered.
   *
   * @return false when libfuse ended before, or the deadline passed
   */
  boolean awaitServing(Duration deadline) throws InterruptedException {
    long end = System.nanoTime() + deadline.toNanos();
    // Two latches, one of which opens: each wait on the first is short.
    while (!loop.initialised().await(5, TimeUnit.MILLISECONDS)) {
      if (ended() || System.nanoTime() - end >= 0) {
        return loop.initialised().getCount() == 0;
      }
    }
    return true;
  }

  void mounted(OwnMount mount) {
    this.mount = mount;
  }

  /** libfuse's exit code, once it has ended. */
  int exitCode() {
    return exitCode;
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  @Override
  public boolean ended() {
    return ended.getCount() == 0;
  }

  @Override
  public void unmount() {
    OwnMount own = mount;
    if (own != null && !ended()) {
      own.unmount();
    }
  }
}
