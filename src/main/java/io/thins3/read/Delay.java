package io.thins3.read;

import java.time.Duration;

/** Runs something later, by a thread of its own. Thread-safe. */
public interface Delay {
  /** Runs an action, which does not wait, after so long a time. */
  void after(Duration delay, Runnable action);
}
