package io.thins3.read;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * A clock and what happens at its times, in one thread: the same seed gives the same run. It is the
 * engine's clock, delay and executor.
 */
final class Simulation implements Delay {
  private record Event(long at, long number, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private long now;
  private long number;

  long now() {
    return now;
  }

  @Override
  public void after(Duration delay, Runnable action) {
    at(now + delay.toNanos(), action);
  }

  void at(long time, Runnable action) {
    events.add(new Event(Math.max(now, time), number++, action));
  }

  /** Something that happens next, before time goes on. */
  void execute(Runnable action) {
    at(now, action);
  }

  /** Lets everything happen that is going to. */
  void run() {
    while (step()) {}
  }

  /** Lets the next thing happen. */
  boolean step() {
    Event next = events.poll();
    if (next == null) {
      return false;
    }
    now = next.at;
    next.action.run();
    return true;
  }

  /** Lets time go by. */
  void runFor(Duration duration) {
    long end = now + duration.toNanos();
    for (Event next = events.peek(); next != null && next.at <= end; next = events.peek()) {
      step();
    }
    now = end;
  }
}
