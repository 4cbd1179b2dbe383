package io.thins3.fuse.linux;

import org.jspecify.annotations.Nullable;

/** What the file system wants done when a call is interrupted; run at most once. Thread-safe. */
final class InterruptAction {
  private @Nullable Runnable action; // guarded by this
  private boolean interrupted; // guarded by this

  /** Takes an action, or runs it if the call was interrupted already. */
  void set(Runnable wanted) {
    synchronized (this) {
      if (!interrupted) {
        action = wanted;
        return;
      }
    }
    run(wanted);
  }

  /** The call is interrupted. */
  void interrupt() {
    Runnable wanted;
    synchronized (this) {
      interrupted = true;
      wanted = action;
      action = null;
    }
    if (wanted != null) {
      run(wanted);
    }
  }

  private static void run(Runnable action) {
    try {
      action.run();
    } catch (Throwable e) {
      Connection.logAccident("the file system's action on an interrupt", e);
    }
  }
}
