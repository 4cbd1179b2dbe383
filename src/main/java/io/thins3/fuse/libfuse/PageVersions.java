package io.thins3.fuse.libfuse;

import io.thins3.fuse.Attributes;
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
 * <p>Reads by direct I/O leave no pages.
 *
 * <p>The kernel also has one size for the inode. When it is told that of another node while files
 * are open through the cache, it shows their readers that size: zero bytes behind the old end, or
 * an earlier end. So their reads fail from then on ({@link Version#superseded}). What the kernel
 * was answered before, and copies to a reader in the instant the size changes, is out of reach
 * here. Thread-safe.
 */
final class PageVersions {
  /** Paths remembered after the last close, so that the next open may keep the pages. */
  private static final int REMEMBERED = 10_000;

  private final Map<String, Version> byPath = new HashMap<>();

  /** The node whose pages an inode has, and how many files are open on them. */
  static final class Version {
    private final Node node;
    private final long size;
    private int open;
    private volatile boolean superseded;

    private Version(Node node, long size) {
      this.node = node;
      this.size = size;
    }

    /** Whether the kernel believes the inode to have another node's size. */
    boolean superseded() {
      return superseded;
    }
  }

  /**
   * How to open.
   *
   * @param version to be given to {@link #closed}; null with direct I/O
   */
  record Decision(
      boolean keepCache, boolean directIo, @org.jspecify.annotations.Nullable Version version) {}

  /**
   * A file was opened.
   *
   * @param size of the node
   */
  synchronized Decision opened(String path, Node node, long size, OpenResult result) {
    Version version = byPath.get(path);
    if (result.directIo()) {
      return new Decision(false, true, null);
    }
    if (version != null && version.node.equals(node) && !version.superseded) {
      version.open++;
      return new Decision(result.keepCache(), false, version);
    }
    if (version != null && version.open > 0) {
      return new Decision(false, true, null);
    }
    version = new Version(node, size);
    byPath.put(path, version);
    version.open++;
    return new Decision(false, false, version);
  }

  /** The kernel is about to be told what the path means. */
  synchronized void told(String path, Node node, Attributes attributes) {
    Version version = byPath.get(path);
    if (version != null && !version.node.equals(node) && version.size != attributes.size()) {
      version.superseded = true;
    }
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
