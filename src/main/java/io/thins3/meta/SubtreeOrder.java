package io.thins3.meta;

import io.thins3.store.ListSink;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the listings of directories out of the keys of a whole subtree, which a store lists in one
 * go when it is asked without a delimiter. The keys below a directory follow each other, so that a
 * directory is complete when a key comes that is not below it; those that are open are a stack.
 *
 * <pre>
 *   key      open            complete
 *   a/b/x    a, a/b
 *   a/b/y    a, a/b
 *   a/c/x    a, a/c          a/b: x, y
 *   d/x      d               a/c: x      a: b, c
 * </pre>
 *
 * <p>Of the subtree's top itself no listing is made: the keys may begin in its middle. Not
 * thread-safe.
 */
final class SubtreeOrder implements ListSink {
  /** Takes what is complete. */
  interface Sink {
    /**
     * A directory.
     *
     * @param path in the tree
     * @param page in which it begins
     */
    void directory(String path, DirectoryListing listing, Page page);
  }

  /**
   * What is to be known of a page.
   *
   * @param fetchedAt when it was asked for, nanoseconds of the ticker
   * @param mark of the refreshes before that
   * @param number from 1 on
   */
  record Page(long fetchedAt, long mark, int number) {}

  private static final class Level {
    private final String path;
    private final String prefix;
    private final Page page;
    private final LevelOrder order;
    private final List<ListedEntries> parts = new ArrayList<>();

    Level(String path, String prefix, Page page, Consumer<String> hidden) {
      this.path = path;
      this.prefix = prefix;
      this.page = page;
      this.order = new LevelOrder(prefix, hidden);
    }
  }

  private final String top;
  private final String topPrefix;
  private final Consumer<String> hidden;
  private final Sink sink;
  private final Deque<Level> open = new ArrayDeque<>(); // the deepest first
  private Page page = new Page(0, 0, 0);
  private @Nullable String lastKey;
  private @Nullable String lastHidden;

  /**
   * @param top path of the subtree's directory
   * @param topPrefix of its keys
   * @param hidden takes keys that no path leads to
   */
  SubtreeOrder(String top, String topPrefix, Consumer<String> hidden, Sink sink) {
    this.top = top;
    this.topPrefix = topPrefix;
    this.hidden = hidden;
    this.sink = sink;
  }

  /** A page is going to be asked for. */
  void begin(Page next) {
    page = next;
  }

  @Override
  public void object(String key, long size, String etag, long modifiedSeconds) {
    lastKey = key;
    while (!open.isEmpty() && !key.startsWith(open.peek().prefix)) {
      complete(open.pop());
    }
    while (true) {
      Level level = open.peek();
      String prefix = level == null ? topPrefix : level.prefix;
      int slash = key.indexOf('/', prefix.length());
      if (slash < 0) {
        if (level != null) {
          level.order.object(key, size, etag, modifiedSeconds);
        }
        return;
      }
      String name = key.substring(prefix.length(), slash);
      String below = key.substring(0, slash + 1);
      if (!Names.isReachable(name)) {
        if (!below.equals(lastHidden)) { // once for all keys below it, as a listing has it
          lastHidden = below;
          hidden.accept(below);
        }
        return;
      }
      if (level != null) {
        level.order.prefix(below);
      }
      open.push(
          new Level(Names.child(level == null ? top : level.path, name), below, page, hidden));
    }
  }

  /**
   * There are none without a delimiter; a store that sends some all the same says nothing by it.
   */
  @Override
  public void prefix(String prefix) {}

  /** A page is over. What is open goes on with the next one. */
  void end() {
    for (Level level : open) {
      ListedEntries part = level.order.take();
      if (part.size() > 0) {
        level.parts.add(part);
      }
    }
  }

  /** The last page is over: what is open is complete. */
  void endAll() {
    while (!open.isEmpty()) {
      complete(open.pop());
    }
  }

  /** The key that came last; null: none yet. */
  @Nullable String lastKey() {
    return lastKey;
  }

  private void complete(Level level) {
    level.order.end();
    level.parts.add(level.order.take());
    sink.directory(level.path, DirectoryListing.of(level.parts, level.order.late()), level.page);
  }
}
