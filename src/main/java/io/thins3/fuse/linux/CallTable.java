package io.thins3.fuse.linux;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The requests that somebody works on. One is found by its number until its answer was written, and
 * counts as in service until the file system has finished it, which is later when it was
 * interrupted. Releases of handles count, too. Thread-safe.
 */
final class CallTable {
  private final IdTable<TrackedCall> unanswered = new IdTable<>();
  private final AtomicInteger inService = new AtomicInteger();

  void begin(TrackedCall call) {
    // In this order: without memory for the table the call has not begun.
    unanswered.put(call);
    inService.incrementAndGet();
  }

  /** Something begins that is no request; {@link #finished} is its end. */
  void begin() {
    inService.incrementAndGet();
  }

  void answered(TrackedCall call) {
    unanswered.remove(call.id);
  }

  void finished() {
    if (inService.decrementAndGet() == 0) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /** The call of a request that is not answered yet; null when it was, or has not come yet. */
  @Nullable TrackedCall find(long unique) {
    return unanswered.get(unique);
  }

  /** Interrupts all that is not answered. */
  void interruptAll() {
    unanswered.entries().forEach(TrackedCall::interrupt);
  }

  /** The processes that wait for an answer, as far as their ids are known. */
  Set<Integer> callers() {
    Set<Integer> pids = new TreeSet<>();
    unanswered.entries().forEach(call -> pids.add(call.callerPid()));
    pids.remove(0);
    return pids;
  }

  /** How many requests are in service. */
  int inService() {
    return inService.get();
  }

  /**
   * Waits until nothing is in service.
   *
   * @return false when the deadline passed first
   */
  synchronized boolean awaitNone(Duration deadline) throws InterruptedException {
    long end = System.nanoTime() + deadline.toNanos();
    while (inService.get() > 0) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }
}
