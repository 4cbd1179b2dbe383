package io.thins3.fs;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells which opens belong to one program's way through a tree. Several go on at the same time, in
 * one directory too. Not thread-safe.
 */
final class WalkDetector {
  /** Walkers, and what may become one: a program that opens files at random makes new ones. */
  static final int MOST_WALKERS = 16;

  /** A program that has opened nothing for so long is not on its way. */
  private static final long PATIENCE_NANOS = Duration.ofMinutes(1).toNanos();

  private final TreeWalk tree;
  private final Consumer<Walker> forgotten;
  private final Deque<Walker> walkers = new ArrayDeque<>(); // the last seen first

  /**
   * @param forgotten is told of walkers that have gone
   */
  WalkDetector(TreeWalk tree, Consumer<Walker> forgotten) {
    this.tree = tree;
    this.forgotten = forgotten;
  }

  /**
   * A file was opened.
   *
   * @param progress what is read of it; null when it is not small
   * @return whose file it was
   */
  Walker opened(String path, @Nullable FileProgress progress, long now) {
    while (!walkers.isEmpty() && now - walkers.getLast().lastSeen() > PATIENCE_NANOS) {
      forgetLast();
    }
    Walker walker = null;
    for (Iterator<Walker> all = walkers.iterator(); walker == null && all.hasNext(); ) {
      Walker candidate = all.next();
      if (candidate.goOn(tree, path, progress, now)) {
        all.remove();
        walker = candidate;
      }
    }
    if (walker == null) {
      walker = new Walker(path, progress, now);
    }
    walkers.addFirst(walker);
    if (walkers.size() > MOST_WALKERS) {
      forgetLast();
    }
    return walker;
  }

  private void forgetLast() {
    Walker last = walkers.removeLast();
    last.forget();
    forgotten.accept(last);
  }
}
