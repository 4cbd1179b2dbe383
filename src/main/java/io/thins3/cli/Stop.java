package io.thins3.cli;

import io.thins3.fuse.FuseServer;
import org.jspecify.annotations.Nullable;

/**
 * The request to stop, which may come at any moment of a mount's life, and more than once.
 *
 * <pre>
 *   STARTING --request()--> the starting thread is interrupted
 *      | serving()            (a mount that is made all the same is closed by serving())
 *      v
 *   SERVING
 *      | request()
 *      v
 *   CLOSING  the server is closed: what runs gets the drain timeout
 *      |        request() again: that is interrupted, and only the unmounting is left
 *      v
 *   CLOSED   the starting thread, which waits for the mount's end, is interrupted if the mount is
 *            still in use
 * </pre>
 *
 * Thread-safe; no lock is held while anything is waited for.
 */
final class Stop {
  private final Thread starter;
  private boolean requested; // guarded by this
  private @Nullable FuseServer server; // guarded by this
  private @Nullable Thread closer; // guarded by this: CLOSING while it is not null
  private boolean closed; // guarded by this

  /** Creates one for the thread that starts the mount and then waits for its end. */
  Stop(Thread starter) {
    this.starter = starter;
  }

  /**
   * Asks to stop. Closes the server on the calling thread; returns at once when that is done
   * already.
   */
  void request() {
    FuseServer serving;
    synchronized (this) {
      requested = true;
      if (closer != null) {
        closer.interrupt();
        return;
      }
      serving = server;
      if (serving == null || closed) {
        starter.interrupt();
        return;
      }
      closer = Thread.currentThread();
    }
    close(serving);
  }

  /** The mount is there. One that was asked to stop meanwhile is closed. */
  void serving(FuseServer mounted) {
    synchronized (this) {
      server = mounted;
      if (!requested) {
        return;
      }
      closer = Thread.currentThread();
    }
    close(mounted);
  }

  private void close(FuseServer serving) {
    try {
      serving.close();
    } finally {
      synchronized (this) {
        closer = null;
        closed = true;
        // From another request: this thread has waited for everything that there was to wait for.
        Thread.interrupted();
        if (!serving.ended()) {
          starter.interrupt();
        }
      }
    }
  }

  /** Whether anybody has asked. */
  synchronized boolean requested() {
    return requested;
  }
}
