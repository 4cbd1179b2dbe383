package io.thins3.fs;

import io.thins3.meta.Metadata.FileMetadata;
import io.thins3.meta.Names;
import org.jspecify.annotations.Nullable;

/**
 * The way of a program through a tree, as far as it is known: depth first, the entries of each
 * directory in one order. Not thread-safe.
 */
final class TreeWalk {
  /** Entries that a program may leave out (a pattern of names) and still be on its way. */
  static final int MOST_SKIPPED = 3;

  /** Entries that are looked at ahead of a walker, for each of its steps: microseconds. */
  private static final int MOST_LOOKED_AT = 512;

  /** What lies ahead of a walker. */
  interface Visitor {
    /**
     * A small file.
     *
     * @return whether further files are of interest
     */
    boolean file(String path, FileMetadata version);

    /** A directory whose entries are not known, or not believed any more. */
    void unlisted(String directory);
  }

  private final KnownDirectories directories;

  TreeWalk(KnownDirectories directories) {
    this.directories = directories;
  }

  /**
   * How many entries a walk leaves out from one file to another one.
   *
   * @return negative when the way does not lead there, or leaves out more than {@link
   *     #MOST_SKIPPED}
   */
  int skipped(EntryOrder order, String from, String to) {
    String top = commonDirectory(from, to);
    String left = below(top, from);
    String entered = below(top, to);
    int skipped = between(order, top, left, entered);
    // What would have come before the walk left a directory, and before the file in a new one.
    String leftPath = Names.child(top, left);
    for (String path = from; skipped >= 0 && !path.equals(leftPath); path = Names.parent(path)) {
      skipped = plus(skipped, between(order, Names.parent(path), Names.last(path), null));
    }
    String enteredPath = Names.child(top, entered);
    for (String path = to; skipped >= 0 && !path.equals(enteredPath); path = Names.parent(path)) {
      skipped = plus(skipped, between(order, Names.parent(path), null, Names.last(path)));
    }
    return skipped;
  }

  private static int plus(int skipped, int more) {
    return more < 0 || skipped + more > MOST_SKIPPED ? -1 : skipped + more;
  }

  /**
   * @param after null: from the directory's beginning
   * @param before null: to its end
   */
  private int between(
      EntryOrder order, String directory, @Nullable String after, @Nullable String before) {
    WalkedDirectory entries = directories.find(directory);
    if (entries == null) {
      return -1;
    }
    int first = after == null ? -1 : entries.place(order, after);
    int last = before == null ? entries.size() : entries.place(order, before);
    if ((after != null && first < 0) || (before != null && last < 0) || first >= last) {
      return -1;
    }
    return plus(0, entries.skipped(order, first, last, MOST_SKIPPED));
  }

  /**
   * Shows what comes next on the way from a file.
   *
   * @param top the directory that the walk does not leave; null: it stays in the file's own
   * @param mostDirectories how many further directories are looked at
   */
  void ahead(
      EntryOrder order, String from, @Nullable String top, int mostDirectories, Visitor visitor) {
    String directory = Names.parent(from);
    WalkedDirectory entries = directories.findBelieved(directory);
    if (entries == null) {
      // Its time is over, or an entry was replaced: the walker's next lookups ask for it as well.
      if (directories.isRemembered(directory)) {
        visitor.unlisted(directory);
      }
      return;
    }
    int place = entries.place(order, Names.last(from)) + 1;
    boolean wanted = true;
    int seen = 0;
    for (int i = 0; i < MOST_LOOKED_AT && entries != null && place >= 0; i++) {
      if (place == entries.size()) {
        if (top == null || entries.path().equals(top)) {
          return;
        }
        String child = entries.path();
        entries = directories.findBelieved(Names.parent(child));
        place = entries == null ? -1 : placeAfter(entries, order, child);
        continue;
      }
      int index = entries.index(order, place++);
      if (!entries.listing().isDirectory(index)) {
        wanted = wanted && (!entries.isSmall(index) || show(entries, index, visitor));
      } else if (top != null) {
        if (++seen > mostDirectories) {
          return;
        }
        String child = entries.child(index);
        WalkedDirectory inside = directories.findBelieved(child);
        if (inside == null) {
          visitor.unlisted(child);
          wanted = false; // its files come before all others
        } else {
          entries = inside;
          place = 0;
        }
      }
    }
  }

  private static int placeAfter(WalkedDirectory entries, EntryOrder order, String child) {
    int place = entries.place(order, Names.last(child));
    return place < 0 ? -1 : place + 1;
  }

  private static boolean show(WalkedDirectory entries, int index, Visitor visitor) {
    return !(entries.listing().metadata(index) instanceof FileMetadata version)
        || visitor.file(entries.child(index), version);
  }

  /** The directory that both lie in or below. */
  static String commonDirectory(String one, String other) {
    int end = 0;
    int shorter = Math.min(one.length(), other.length());
    for (int i = 0; i < shorter && one.charAt(i) == other.charAt(i); i++) {
      if (one.charAt(i) == '/') {
        end = i;
      }
    }
    return one.substring(0, end);
  }

  /** The name of the directory's entry that a path leads through. */
  private static String below(String directory, String path) {
    int start = directory.isEmpty() ? 0 : directory.length() + 1;
    int slash = path.indexOf('/', start);
    return slash < 0 ? path.substring(start) : path.substring(start, slash);
  }
}
