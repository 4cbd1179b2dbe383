package io.thins3.meta;

import java.nio.charset.StandardCharsets;

/** The rules for names and keys (docs/SEMANTICS.md, Names and the tree). */
public final class Names {
  /** Longest component of a path in bytes of UTF-8: NAME_MAX of Linux. */
  public static final int MAX_COMPONENT_BYTES = 255;

  /** Longest key in bytes of UTF-8 (Amazon S3 User Guide, "Naming Amazon S3 objects"). */
  public static final int MAX_KEY_BYTES = 1024;

  private Names() {}

  /**
   * Whether a component of a key can be a name in a directory. Keys with other components exist in
   * stores, but no path leads to them.
   */
  public static boolean isReachable(String component) {
    return !component.isEmpty()
        && !component.equals(".")
        && !component.equals("..")
        && component.indexOf('\0') < 0
        && fits(component, MAX_COMPONENT_BYTES);
  }

  /** Whether a text takes at most so many bytes of UTF-8. */
  public static boolean fits(String text, int bytes) {
    // A char takes at most three bytes: nearly all names are known to fit without being encoded.
    return text.length() * 3L <= bytes || text.getBytes(StandardCharsets.UTF_8).length <= bytes;
  }

  /** Path of an entry of a directory; the root's path is empty. */
  public static String child(String directory, String name) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }

  /** Path of the directory that holds a path; empty for entries of the root. */
  public static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  /** Last component of a path. */
  public static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Whether a path is another one, or lies below it; everything lies below the root. */
  public static boolean isAtOrBelow(String path, String top) {
    return top.isEmpty()
        || (path.startsWith(top)
            && (path.length() == top.length() || path.charAt(top.length()) == '/'));
  }
}
