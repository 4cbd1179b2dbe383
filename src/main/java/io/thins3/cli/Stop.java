package io.thins3.cli;

import io.thins3.fuse.FuseServer;
import org.jspecify.annotations.Nullable;

/**
 * The request to stop, which may come at any moment of a mount's life.
 *
 * <pre>
 *   STARTING --request()--> the starting thread is interrupted
 *      | serving()
 *      v
 *   SERVING --request()--> unmount, wait for the end until the drain deadline --> interrupt
 *      |                     (the interrupt frees a thread that still waits for a busy mount)
 *      +--request() again--> interrupt at once: the wait is cut short
 * </pre>
 *
 * Thread-safe; no lock is held while anything is waited for.
 */
final class Stop {
  private final Thread starter;
  private @Nullable FuseServer server; // guarded by this
  private boolean requested; // guarded by this

  /** Creates one for the thread that starts the mount and then waits for its end. */
  Stop(Thread starter) {
    this.starter = starter;
  }

  /** Asks to stop. Waits for the mount's end, but no longer than the server's close deadline. */
  void request() {
    FuseServer serving;
    boolean again;
    synchronized (this) {
      again = requested;
      requested = true;
      serving = server;
    }
    if (serving == null || again) {
      starter.interrupt();
      return;
    }
    serving.close();
    if (!serving.ended()) {
      starter.interrupt();
    }
  }

  /** The mount is there. One that was asked to stop meanwhile is unmounted. */
  void serving(FuseServer mounted) {
    boolean late;
    synchronized (this) {
      server = mounted;
      late = requested;
    }
    if (late) {
      mounted.close();
    }
  }

  /** Whether anybody has asked. */
  synchronized boolean requested() {
    return requested;
  }
}
