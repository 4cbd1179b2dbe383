package io.thins3.fuse;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a mount from inside, with one time for all of it.
 *
 * <pre>
 *   DRAINING    no file is opened any more; the file system makes durable what it has taken, and
 *      |        the requests that run may end
 *      v
 *   UNMOUNTING  plainly, or lazily when it is in use
 *      |
 *      v
 *   DETACHED    who has a file open still reads and writes it; a shell whose working directory is
 *      |        in it has nothing to lose and is not waited for
 *      v
 *   done        nothing is in use any more, or the time is over
 * </pre>
 *
 * <p>An interrupt of the calling thread ends every wait: what is left of the way is gone at once,
 * unmounting included. After an unmount from outside only the last step is left, and draining is
 * the session's own ({@link Transport.Session#awaitEnd}).
 */
final class Shutdown {
  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

  /** Unmounting waits for nobody, but fusermount takes a while to start; given in any case. */
  private static final Duration UNMOUNT_LEAST = Duration.ofSeconds(5);

  /**
   * How long a mount that nobody uses may take to end: longer only where it is mounted a second
   * time, in another name space, and the kernel keeps it.
   */
  private static final Duration END_UNUSED = Duration.ofSeconds(5);

  /** How often a detached mount is asked whether it is in use. */
  private static final Duration PERIOD = Duration.ofMillis(50);

  private final FileSystem fileSystem;
  private final Transport.Session session;
  private final Path mountPoint;
  private final CountDownLatch ended;
  private final long deadline;
  private boolean interrupted;

  /**
   * Begins to count the time.
   *
   * @param ended opens when the session has ended
   */
  Shutdown(
      FileSystem fileSystem,
      Transport.Session session,
      Path mountPoint,
      CountDownLatch ended,
      Duration timeout) {
    this.fileSystem = fileSystem;
    this.session = session;
    this.mountPoint = mountPoint;
    this.ended = ended;
    this.deadline = System.nanoTime() + timeout.toNanos();
  }

  /** Goes the whole way, on the calling thread, whose interrupt is set again at its end. */
  void run() {
    try {
      drain();
    } catch (InterruptedException e) {
      interrupted = true;
    }
    boolean plain = unmount();
    try {
      if (!interrupted) {
        follow(plain);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void drain() throws InterruptedException {
    if (session.ended()) {
      return;
    }
    session.refuseOpens();
    // Both at once: a read that waits for a dead store is not to take the uploads' time.
    Drain drain = Drain.begin(fileSystem, left());
    try {
      if (!session.awaitQuiet(left())) {
        log.warn("{}: requests still run when the time to drain is over", mountPoint);
      }
      if (!drain.await(left())) {
        log.warn("{}: not everything was made durable in the time to drain", mountPoint);
      }
    } catch (InterruptedException e) {
      drain.cut();
      throw e;
    }
  }

  /** On a thread of its own: umount(2) can wait for pages to be written back. */
  private boolean unmount() {
    boolean[] plain = new boolean[1];
    Thread thread = new Thread(() -> plain[0] = session.unmount(), "fuse-unmount");
    thread.setDaemon(true);
    thread.start();
    long end = System.nanoTime() + Math.max(left().toNanos(), UNMOUNT_LEAST.toNanos());
    while (thread.isAlive()) {
      long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (millis <= 0) {
        log.error("{}: unmounting does not end", mountPoint);
        return false;
      }
      try {
        thread.join(millis);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return plain[0];
  }

  private void follow(boolean plain) throws InterruptedException {
    long unused = System.nanoTime() + (plain ? END_UNUSED.toNanos() : 0);
    while (!left().isZero()) {
      if (ended.await(Math.min(left().toNanos(), PERIOD.toNanos()), TimeUnit.NANOSECONDS)
          || (System.nanoTime() - unused >= 0 && !session.inUse())) {
        return;
      }
    }
    if (ended.getCount() > 0) {
      log.warn("{} is still in use when the time to drain is over", mountPoint);
    }
  }

  private Duration left() {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }
}
