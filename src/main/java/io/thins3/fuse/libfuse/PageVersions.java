package io.thins3.fuse.libfuse;

import io.thins3.fuse.Node;
import io.thins3.fuse.OpenResult;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps the kernel from mixing the pages of two incarnations of a file.
 *
 * <p>The kernel keeps pages per inode, and libfuse gives a path one inode whatever node the path
 * means. So of one path, the page cache serves the open files of one node at a time:
 *
 * <pre>
 *   open of a node         nobody reads through     the same node's     another node's
 *                          the cache                files are open      files are open
 *   the pages are the
 *   same node's            as the file system says  as it says          -
 *   another's, or none     cache, drop the pages    -                   direct I/O
 * </pre>
 *
 * <p>Reads by direct I/O leave no pages. Thread-safe.
 */
final class PageVersions {
  /** Paths remembered after the last close, so that the next open may keep the pages. */
  private static final int REMEMBERED = 10_000;

  private final Map<String, Version> byPath = new HashMap<>();

  /** The node whose pages an inode has, and how many files are open on them. */
  static final class Version {
    private Node node;
    private int open;

    private Version(Node node) {
      this.node = node;
    }
  }

  /**
   * How to open.
   *
   * @param version to be given to {@link #closed}; null with direct I/O
   */
  record Decision(
      boolean keepCache, boolean directIo, @org.jspecify.annotations.Nullable Version version) {}

  synchronized Decision opened(String path, Node node, OpenResult result) {
    Version version = byPath.get(path);
    if (result.directIo()) {
      return new Decision(false, true, null);
    }
    if (version == null) {
      version = new Version(node);
      byPath.put(path, version);
      version.open++;
      return new Decision(false, false, version);
    }
    if (version.node.equals(node)) {
      version.open++;
      return new Decision(result.keepCache(), false, version);
    }
    if (version.open > 0) {
      return new Decision(false, true, null);
    }
    version.node = node;
    version.open++;
    return new Decision(false, false, version);
  }

  synchronized void closed(String path, Version version) {
    version.open--;
    if (version.open == 0 && byPath.size() > REMEMBERED) {
      byPath.remove(path, version);
    }
  }

  /** The inode of one path, and those below it, are another path's now. */
  synchronized void renamed(String from, String to) {
    removed(to);
    Map<String, Version> moved = new HashMap<>();
    byPath
        .entrySet()
        .removeIf(
            entry -> {
              boolean moves = isAtOrBelow(entry.getKey(), from);
              if (moves) {
                moved.put(to + entry.getKey().substring(from.length()), entry.getValue());
              }
              return moves;
            });
    byPath.putAll(moved);
  }

  /** The path, and those below it, will have another inode when they come back. */
  synchronized void removed(String path) {
    byPath.keySet().removeIf(key -> isAtOrBelow(key, path));
  }

  private static boolean isAtOrBelow(String path, String ancestor) {
    return path.equals(ancestor) || path.startsWith(ancestor + "/");
  }
}
