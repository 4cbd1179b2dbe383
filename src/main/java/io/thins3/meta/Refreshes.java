package io.thins3.meta;

/**
 * The paths that were refreshed lately. Who asks the store remembers a {@link #mark} before, and
 * finds out afterwards whether a refresh came between: the answer may then be of before it.
 *
 * <p>Bounded: of an answer that was under way during more refreshes than are remembered it is taken
 * that one of them was about it. Thread-safe.
 */
final class Refreshes {
  /** A program that follows the store's events refreshes a path a few hundred times a second. */
  static final int REMEMBERED = 1024;

  private final String[] paths = new String[REMEMBERED]; // guarded by this; a ring
  private volatile long count; // written under this

  /** What to remember before the store is asked. */
  long mark() {
    return count;
  }

  /** A path is refreshed: what is asked from now on is of after it. */
  synchronized void add(String path) {
    paths[(int) (count % REMEMBERED)] = path;
    count++;
  }

  /** Whether what is known of a path since a mark was refreshed since. */
  boolean cover(long mark, String path) {
    return count != mark && search(mark, path, false);
  }

  /** Whether a directory's listing since a mark says something that was refreshed since. */
  boolean coverListing(long mark, String directory) {
    return count != mark && search(mark, directory, true);
  }

  private synchronized boolean search(long mark, String path, boolean listing) {
    if (count - mark > REMEMBERED) {
      return true;
    }
    for (long i = mark; i < count; i++) {
      String refreshed = paths[(int) (i % REMEMBERED)];
      if (Names.isAtOrBelow(path, refreshed) || (listing && isListedIn(refreshed, path))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a path's name stands in the listing of a directory. */
  static boolean isListedIn(String path, String directory) {
    return !path.isEmpty() && Names.parent(path).equals(directory);
  }
}
