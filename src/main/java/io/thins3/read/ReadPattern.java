package io.thins3.read;

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

  private static final class Used {
    final ReadStream stream;
    long lastRead;

    Used(ReadStream stream, long lastRead) {
      this.stream = stream;
      this.lastRead = lastRead;
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
   * @param ended is told of the runs that are over
   */
  ReadStream streamOf(long offset, Consumer<ReadStream> ended) {
    reads++;
    Used used = null;
    for (int i = 0; i < streams.size() && used == null; i++) {
      if (streams.get(i).stream.accepts(offset)) {
        used = streams.remove(i);
      }
    }
    if (used == null) {
      ReadWindow window = new ReadWindow(largestWindow);
      used = new Used(new ReadStream(offset, reads == 1, foretold(), window), reads);
    }
    used.lastRead = reads;
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

  /** Where the first of its runs that stream has begun, from a byte on, or else a limit. */
  long nextOrigin(long from, long limit) {
    long next = limit;
    for (int i = 0; i < streams.size(); i++) {
      ReadStream stream = streams.get(i).stream;
      if (stream.origin() >= from && stream.isStreaming()) {
        next = Math.min(next, stream.origin());
      }
    }
    return next;
  }

  /** Whether one of the runs may come to a byte within a distance. */
  boolean isComing(long offset, long within) {
    for (int i = 0; i < streams.size(); i++) {
      long distance = offset - streams.get(i).stream.position();
      if (distance >= 0 && distance <= within) {
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
