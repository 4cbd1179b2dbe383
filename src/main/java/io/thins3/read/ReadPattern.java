package io.thins3.read;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * What one handle's READs look like: a few runs that go on at the same time (threads that share a
 * descriptor, columns of a table), each sequential or not. Guarded by the engine's lock.
 */
final class ReadPattern {
  private static final int MOST_STREAMS = 4;

  /** A run that was not gone on with for so many READs of the handle is over. */
  private static final long PATIENCE = 64;

  /**
   * A run that was not gone on with for so long stands still: what it may read some day is no
   * reason to refuse memory to others, or to read ahead less. 16 to 31 handles that stood still
   * kept a reader of the same object from all read-ahead: 512 MiB took 23 s instead of 0.6 s
   * (simulated, 30 ms to the store). Who reads at all has its next READ in far less, also when many
   * share a slow store.
   */
  private static final long STANDS_STILL_NANOS = Duration.ofSeconds(1).toNanos();

  private static final class Used {
    final ReadStream stream;
    long lastRead;
    long lastReadAt;

    Used(ReadStream stream) {
      this.stream = stream;
    }

    boolean standsStill(long now) {
      return now - lastReadAt > STANDS_STILL_NANOS;
    }
  }

  private final long largestWindow;
  private final List<Used> streams = new ArrayList<>(MOST_STREAMS + 1); // the last used first
  private long reads;

  /**
   * @param largestWindow bytes
   */
  ReadPattern(long largestWindow) {
    this.largestWindow = largestWindow;
  }

  /**
   * The run that a READ belongs to, which may be a new one.
   *
   * @param now nanoseconds
   * @param ended is told of the runs that are over
   */
  ReadStream streamOf(long offset, long now, Consumer<ReadStream> ended) {
    reads++;
    Used used = null;
    for (int i = 0; i < streams.size() && used == null; i++) {
      if (streams.get(i).stream.accepts(offset)) {
        used = streams.remove(i);
      }
    }
    if (used == null) {
      ReadWindow window = new ReadWindow(largestWindow);
      used = new Used(new ReadStream(offset, reads == 1, foretold(), window));
    }
    used.lastRead = reads;
    used.lastReadAt = now;
    streams.add(0, used);
    end(ended);
    return used.stream;
  }

  /** As long as the shorter of the last two. */
  private long foretold() {
    if (streams.isEmpty()) {
      return 0;
    }
    long last = streams.get(0).stream.run();
    return streams.size() == 1 ? last : Math.min(last, streams.get(1).stream.run());
  }

  private void end(Consumer<ReadStream> ended) {
    while (streams.size() > MOST_STREAMS
        || reads - streams.get(streams.size() - 1).lastRead > PATIENCE) {
      ended.accept(streams.remove(streams.size() - 1).stream);
    }
  }

  /** Ends all runs. */
  void close(Consumer<ReadStream> ended) {
    Iterator<Used> all = streams.iterator();
    while (all.hasNext()) {
      ReadStream stream = all.next().stream;
      all.remove();
      ended.accept(stream);
    }
  }

  /** Whether one of the runs is going to need bytes there. */
  boolean wants(long from, long to) {
    for (int i = 0; i < streams.size(); i++) {
      if (streams.get(i).stream.wants(from, to)) {
        return true;
      }
    }
    return false;
  }

  /** Where the first of its runs that stream now has begun, from a byte on, or else a limit. */
  long nextOrigin(long from, long limit, long now) {
    long next = limit;
    for (int i = 0; i < streams.size(); i++) {
      Used used = streams.get(i);
      ReadStream stream = used.stream;
      if (stream.origin() >= from && stream.isStreaming() && !used.standsStill(now)) {
        next = Math.min(next, stream.origin());
      }
    }
    return next;
  }

  /** Whether one of the runs that go on now may come to a byte within a distance. */
  boolean isComing(long offset, long within, long now) {
    for (int i = 0; i < streams.size(); i++) {
      Used used = streams.get(i);
      long distance = offset - used.stream.position();
      if (distance >= 0 && distance <= within && !used.standsStill(now)) {
        return true;
      }
    }
    return false;
  }

  /** The windows of its runs, added to others. */
  WindowSizes windows(WindowSizes others) {
    WindowSizes all = others;
    for (int i = 0; i < streams.size(); i++) {
      all = all.with(streams.get(i).stream.window().size());
    }
    return all;
  }

  /** Bytes from there on were lost. */
  void lost(long from) {
    for (int i = 0; i < streams.size(); i++) {
      streams.get(i).stream.lost(from);
    }
  }
}
