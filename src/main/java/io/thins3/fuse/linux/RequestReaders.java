package io.thins3.fuse.linux;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that take requests from the kernel.
 *
 * <p>Two to begin with. When the last idle one takes a request, another is begun, up to sixteen, so
 * that a request never waits while one is handled, however long that takes. Since none of them
 * waits for the store, two are most often enough (two cores: within measuring error of four).
 *
 * <p>They end when the kernel says that the mount has ended, and by nothing else: whatever breaks
 * in one is logged, and it goes on. Each has a buffer at any time, also while the file system holds
 * others.
 */
final class RequestReaders {
  static final int FIRST = 2;
  static final int MOST = 16;

  private static final Logger log = LoggerFactory.getLogger(RequestReaders.class);

  /** What broke once may break again at once. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Connection connection;
  private final Dispatcher dispatcher;
  private final Runnable atEnd;
  private final ThreadFactory threads;

  private int running; // guarded by this
  private int idle; // guarded by this
  private int begun; // guarded by this
  private boolean ended; // guarded by this; the kernel has said so
  private volatile boolean refused; // no thread or buffer was to be had; said once

  /**
   * @param atEnd run by the last thread when the connection has ended
   */
  RequestReaders(Connection connection, Dispatcher dispatcher, Runnable atEnd) {
    this(connection, dispatcher, atEnd, Thread::new);
  }

  /**
   * @param threads makes threads that are not started
   */
  RequestReaders(
      Connection connection, Dispatcher dispatcher, Runnable atEnd, ThreadFactory threads) {
    this.connection = connection;
    this.dispatcher = dispatcher;
    this.atEnd = atEnd;
    this.threads = threads;
  }

  /** Begins to take requests. */
  void start() {
    for (int i = 0; i < FIRST; i++) {
      synchronized (this) {
        running++;
        idle++;
      }
      begin();
    }
  }

  /** How many threads there are. */
  synchronized int running() {
    return running;
  }

  /** Begins a thread that is counted already. */
  private void begin() {
    NativeBuffer buffer = null;
    boolean started = false;
    try {
      // Here, because a thread without a buffer is of no use.
      buffer = connection.requests.take();
      RequestReader reader = new RequestReader(this, buffer);
      Thread thread = threads.newThread(() -> run(reader));
      thread.setName("fuse-" + number());
      thread.setDaemon(true);
      thread.start();
      started = true;
    } finally {
      if (!started) {
        synchronized (this) {
          running--;
          idle--;
        }
        if (buffer != null) {
          connection.requests.give(buffer);
        }
      }
    }
  }

  private synchronized int number() {
    return begun++;
  }

  private void run(RequestReader reader) {
    boolean again = true;
    while (again) {
      try {
        reader.run();
        again = false;
      } catch (Throwable e) {
        // Without threads that take requests every program in the mount would hang.
        Connection.logAccident("taking requests", e);
        again = !awaitEnd(PAUSE);
      }
    }
    if (leave()) {
      atEnd.run();
    }
  }

  /** True for the last one. */
  private synchronized boolean leave() {
    ended = true;
    notifyAll();
    idle--;
    running--;
    return running == 0;
  }

  /** Whether the connection has ended, or ends within this time. */
  private synchronized boolean awaitEnd(Duration deadline) {
    long end = System.nanoTime() + deadline.toNanos();
    while (!ended) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        // Nobody interrupts these threads but by mistake.
        return false;
      }
    }
    return true;
  }

  /** A thread has got a request. */
  private void busy() {
    synchronized (this) {
      idle--;
      if (idle > 0 || running >= MOST || ended) {
        return;
      }
      // Counted here, so that two threads at once do not begin one too many.
      running++;
      idle++;
    }
    try {
      begin();
      refused = false;
    } catch (Throwable e) {
      // No thread or no memory to be had: the ones there are go on.
      if (!refused) {
        refused = true;
        Connection.logAccident("beginning another thread for requests", e);
      }
    }
  }

  private synchronized void idle() {
    idle++;
  }

  /** One thread's loop, with its buffer. */
  private static final class RequestReader {
    private final RequestReaders readers;
    private final Connection connection;
    private NativeBuffer buffer;
    private final Request request;

    RequestReader(RequestReaders readers, NativeBuffer buffer) {
      this.readers = readers;
      this.connection = readers.connection;
      this.buffer = buffer;
      this.request = new Request(buffer.bytes());
    }

    /** Returns when there are no more requests. */
    void run() {
      while (true) {
        int length = connection.device.read(buffer);
        if (length >= 0) {
          readers.busy();
          try {
            handle(length);
          } finally {
            readers.idle();
          }
        } else if (!mayReadAgain(-length)) {
          connection.requests.give(buffer);
          return;
        }
      }
    }

    private void handle(int length) {
      request.attach(buffer.bytes(), length);
      buffer = readers.dispatcher.handle(request, buffer);
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
