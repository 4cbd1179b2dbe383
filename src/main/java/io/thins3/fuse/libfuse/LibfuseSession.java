package io.thins3.fuse.libfuse;

import io.thins3.fuse.Drain;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.OwnMount;
import io.thins3.fuse.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A mount served by libfuse's loop, which runs in a thread of its own. */
final class LibfuseSession implements Transport.Session {
  private static final Logger log = LoggerFactory.getLogger(LibfuseSession.class);

  private final LibfuseLoop loop;
  private final FileSystem fileSystem;
  private final Duration drainTimeout;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile int exitCode;
  private volatile @Nullable OwnMount mount;

  /**
   * @param drainTimeout what the file system gets to drain when the loop has ended
   */
  LibfuseSession(LibfuseLoop loop, FileSystem fileSystem, Duration drainTimeout) {
    this.loop = loop;
    this.fileSystem = fileSystem;
    this.drainTimeout = drainTimeout;
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
      drain();
      OwnMount own = mount;
      if (own != null) {
        own.detachDead();
      }
      ended.countDown();
    }
  }

  private void drain() {
    try {
      if (!Drain.begin(fileSystem, drainTimeout).await(drainTimeout)) {
        log.warn("not everything was made durable {} after the end of the mount", drainTimeout);
      }
    } catch (InterruptedException e) {
      log.error("interrupted while ending", e);
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
  public boolean unmount() {
    OwnMount own = mount;
    return own == null || ended() || own.unmount(Set.of());
  }
}
