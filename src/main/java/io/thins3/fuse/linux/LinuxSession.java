package io.thins3.fuse.linux;

import io.thins3.fuse.Drain;
import io.thins3.fuse.OwnMount;
import io.thins3.fuse.Transport;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mount that is served.
 *
 * <pre>
 *   SERVING -- refuseOpens() --> DRAINING      (no OPEN, no CREATE; everything else goes on)
 *      |                            |
 *      | unmount(), umount from outside, abort: the kernel gives ENODEV
 *      v                            v
 *   ENDING   no requests come; what waits is interrupted, FLUSH and FSYNC go on, and the file
 *      |     system drains; then what is still open is released, because the kernel does not say
 *      v     so any more (that comes after the drain timeout in any case)
 *   ENDED    awaitEnd() returns
 * </pre>
 *
 * <p>After a lazy unmount the kernel serves whoever has a file open or a working directory in it,
 * and gives ENODEV when the last one has gone. Thread-safe.
 */
public final class LinuxSession implements Transport.Session {
  private static final Logger log = LoggerFactory.getLogger(LinuxSession.class);

  /** What the file system gets to release what is open when the drain timeout has passed. */
  private static final Duration RELEASE_TIME = Duration.ofSeconds(1);

  private final Connection connection;
  private final Dispatcher dispatcher;
  private final @Nullable OwnMount mount;
  private final Runnable afterwards;
  private final Duration drainTimeout;
  private final RequestReaders readers;
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * @param mount null when it is somebody else's to unmount
   * @param afterwards run when the connection is closed
   * @param drainTimeout what work gets that goes on after the mount has ended
   */
  LinuxSession(
      Connection connection,
      Dispatcher dispatcher,
      @Nullable OwnMount mount,
      Runnable afterwards,
      Duration drainTimeout) {
    this.connection = connection;
    this.dispatcher = dispatcher;
    this.mount = mount;
    this.afterwards = afterwards;
    this.drainTimeout = drainTimeout;
    this.readers = new RequestReaders(connection, dispatcher, this::end);
  }

  void start() {
    boolean started = false;
    try {
      connection.executor.start();
      readers.start();
      started = true;
    } finally {
      if (!started) {
        connection.executor.shutdown();
      }
    }
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
  public void refuseOpens() {
    dispatcher.refuseOpens();
  }

  @Override
  public boolean awaitQuiet(Duration deadline) throws InterruptedException {
    return connection.calls.awaitNone(deadline);
  }

  @Override
  public boolean unmount() {
    if (mount != null) {
      return mount.unmount(connection.calls.callers());
    }
    // What waits is answered by end(), over a device that is still open.
    connection.device.stopReading();
    return true;
  }

  @Override
  public boolean inUse() {
    return connection.files.size() > 0 || connection.calls.inService() > 0;
  }

  /** What the kernel has asked for so far. */
  public RequestStatistics statistics() {
    return connection.statistics;
  }

  /** How many nodes the kernel knows besides the root: looked up and not forgotten. */
  public int knownNodes() {
    return connection.nodes.size();
  }

  /** How many files and directories are open. */
  public int openHandles() {
    return connection.files.size() + connection.directories.size();
  }

  /** How many threads take requests. */
  public int readers() {
    return readers.running();
  }

  /** How many requests are in service: begun, and not finished by the file system. */
  public int inService() {
    return connection.calls.inService();
  }

  private void drain(long end) throws InterruptedException {
    // At the same time: what goes on is FLUSHes, which publish by themselves.
    Drain drain = Drain.begin(connection.fileSystem, drainTimeout);
    if (!connection.calls.awaitNone(drainTimeout)) {
      log.warn(
          "{} requests are not finished {} after the end of the mount",
          connection.calls.inService(),
          drainTimeout);
    }
    if (!drain.await(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
      log.warn("not everything was made durable {} after the end of the mount", drainTimeout);
    }
  }

  /** Ends what is still open, and gives the file system a moment even when the time is over. */
  private void releaseAll(long end) throws InterruptedException {
    dispatcher.releaseAll();
    Duration left = Duration.ofNanos(Math.max(RELEASE_TIME.toNanos(), end - System.nanoTime()));
    if (!connection.calls.awaitNone(left)) {
      log.warn(
          "{} requests and releases go on after the end of the mount",
          connection.calls.inService());
    }
  }

  /** Run by the last thread that took requests. */
  private void end() {
    long end = System.nanoTime() + drainTimeout.toNanos();
    try {
      connection.notifier.close();
      connection.calls.interruptAll();
      drain(end);
      releaseAll(end);
    } catch (InterruptedException e) {
      log.error("interrupted while ending", e);
    } catch (Throwable e) {
      Connection.logAccident("ending", e);
    } finally {
      connection.executor.shutdown();
      connection.device.close();
      if (mount != null) {
        mount.detachDead();
      }
      connection.requestLog.summary(connection.statistics);
      afterwards.run();
      ended.countDown();
    }
  }
}
