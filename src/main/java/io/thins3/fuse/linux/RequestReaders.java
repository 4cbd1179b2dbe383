package io.thins3.fuse.linux;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that take requests from the kernel.
 *
 * <p>Two to begin with. When the last idle one takes a request, another is begun, up to sixteen, so
 * that a request never waits while one is handled, however long that takes. Since none of them
 * waits for the store, two are most often enough (two cores: within measuring error of four).
 */
final class RequestReaders {
  static final int FIRST = 2;
  static final int MOST = 16;

  private static final Logger log = LoggerFactory.getLogger(RequestReaders.class);

  private final Connection connection;
  private final Dispatcher dispatcher;
  private final Runnable atEnd;

  private int running; // guarded by this
  private int idle; // guarded by this
  private int begun; // guarded by this
  private boolean ended; // guarded by this

  /**
   * @param atEnd run by the last thread when the connection has ended
   */
  RequestReaders(Connection connection, Dispatcher dispatcher, Runnable atEnd) {
    this.connection = connection;
    this.dispatcher = dispatcher;
    this.atEnd = atEnd;
  }

  /** Begins to take requests. */
  synchronized void start() {
    for (int i = 0; i < FIRST; i++) {
      begin();
    }
  }

  /** How many threads there are. */
  synchronized int running() {
    return running;
  }

  private synchronized void begin() {
    Thread thread = new Thread(this::run, "fuse-" + begun);
    thread.setDaemon(true);
    thread.start();
    begun++;
    running++;
    idle++;
  }

  private void run() {
    try {
      new RequestReader(this).run();
    } catch (Throwable e) {
      Connection.logAccident("a thread that takes requests", e);
    } finally {
      if (leave()) {
        atEnd.run();
      }
    }
  }

  /** True for the last one. */
  private synchronized boolean leave() {
    ended = true;
    idle--;
    running--;
    return running == 0;
  }

  /** A thread has got a request. */
  private void busy() {
    boolean more;
    synchronized (this) {
      idle--;
      more = idle == 0 && running < MOST && !ended;
    }
    if (more) {
      try {
        begin();
      } catch (OutOfMemoryError e) {
        // No thread to be had: the ones there are go on.
        Connection.logAccident("beginning another thread for requests", e);
      }
    }
  }

  private synchronized void idle() {
    idle++;
  }

  /** One thread's loop, with its buffer. */
  private static final class RequestReader {
    private static final Duration MEMORY_WAIT = Duration.ofSeconds(1);

    private final RequestReaders readers;
    private final Connection connection;
    private NativeBuffer buffer;
    private final Request request;

    RequestReader(RequestReaders readers) {
      this.readers = readers;
      this.connection = readers.connection;
      this.buffer = connection.requests.take();
      this.request = new Request(buffer.bytes());
    }

    void run() {
      while (true) {
        int length = connection.device.read(buffer);
        if (length >= 0) {
          readers.busy();
          handle(length);
          readers.idle();
        } else if (!mayReadAgain(-length)) {
          connection.requests.give(buffer);
          return;
        }
      }
    }

    private void handle(int length) {
      request.attach(buffer.bytes(), length);
      if (!readers.dispatcher.handle(request, buffer)) {
        buffer = another();
      }
    }

    /** Waits for memory if need be: without a buffer this thread is of no use. */
    private NativeBuffer another() {
      while (true) {
        try {
          return connection.requests.take();
        } catch (OutOfMemoryError e) {
          Connection.logAccident("taking a buffer for requests", e);
          NativeBuffer returned = awaitReturned();
          if (returned != null) {
            return returned;
          }
        }
      }
    }

    private @Nullable NativeBuffer awaitReturned() {
      try {
        return connection.requests.awaitReturned(MEMORY_WAIT);
      } catch (InterruptedException e) {
        // Nobody interrupts these threads but by mistake.
        return null;
      }
    }

    private static boolean mayReadAgain(int errno) {
      switch (errno) {
        // ENOENT: the request was aborted while it was handed over.
        case Syscalls.ENOENT, Syscalls.EINTR, Syscalls.EAGAIN -> {
          return true;
        }
        case Syscalls.ENODEV -> log.debug("the mount has ended");
        case Syscalls.ECONNABORTED -> log.warn("the connection to the kernel was aborted");
        default -> log.error("cannot read requests: {}", Syscalls.describe(errno));
      }
      return false;
    }
  }
}
