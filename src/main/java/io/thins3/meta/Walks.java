package io.thins3.meta;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds programs that walk through a bucket ({@code find}, {@code ls -R}, {@code tar}): one that
 * has listed two directories that stand next to each other is going to list those behind them, and
 * a {@link SubtreeScan} begins at the second. For {@code find} over 20 directories of 10
 * directories of 10 files that makes 7 requests of 221. Thread-safe; nothing here waits.
 */
final class Walks {
  /** Directories whose last listed child is remembered: more than any path is deep. */
  private static final int REMEMBERED = 256;

  /** Scans at a time: that of a walk, those above it, and those of other walks. */
  private static final int MOST_SCANS = 8;

  /**
   * The child of a directory that was listed last.
   *
   * @param alone scans from here have shown that children are best listed by themselves
   */
  private record Last(String child, boolean alone) {}

  private final Function<String, @Nullable DirectoryListing> listed;
  private final BiFunction<String, String, SubtreeScan> scans;

  // Guarded by this.
  private final Deque<SubtreeScan> active = new ArrayDeque<>(); // the newest first
  private final Map<String, Last> last =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Last> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * @param listed gives the listing of a directory if all of it is known
   * @param scans makes a scan of a directory's subtree that begins at a name
   */
  Walks(
      Function<String, @Nullable DirectoryListing> listed,
      BiFunction<String, String, SubtreeScan> scans) {
    this.listed = listed;
    this.scans = scans;
  }

  /** The scan that comes to a directory, or null. */
  synchronized @Nullable SubtreeScan find(String path) {
    for (SubtreeScan scan : active) {
      if (scan.mayReach(path)) {
        return scan;
      }
    }
    return null;
  }

  /**
   * A program lists a directory.
   *
   * @param isKnown whether its listing is known already
   * @return the scan that comes to it, or begins now; null when it is to be listed by itself
   */
  @Nullable SubtreeScan reads(String path, boolean isKnown) {
    if (path.isEmpty()) {
      return null;
    }
    String parent = Names.parent(path);
    String name = Names.last(path);
    Last before;
    synchronized (this) {
      before = last.get(parent);
      last.put(parent, new Last(name, before != null && before.alone));
    }
    if (isKnown) {
      return null;
    }
    SubtreeScan scan = find(path);
    if (scan != null || before == null || before.alone || !follows(parent, before.child, name)) {
      return scan;
    }
    SubtreeScan begun = scans.apply(parent, name);
    synchronized (this) {
      active.addFirst(begun);
      if (active.size() > MOST_SCANS) {
        active.removeLast();
      }
    }
    return begun;
  }

  /** Whether a directory is the next one behind another one in the listing of theirs. */
  private boolean follows(String parent, String before, String name) {
    DirectoryListing listing = listed.apply(parent);
    int from = listing == null ? -1 : listing.indexOf(before);
    int to = listing == null ? -1 : listing.indexOf(name);
    if (listing == null || from < 0 || to <= from) {
      return false;
    }
    for (int i = from + 1; i < to; i++) {
      if (listing.isDirectory(i)) {
        return false;
      }
    }
    return true;
  }

  /** Children of a directory are best listed by themselves, from now on. */
  synchronized void alone(String parent) {
    last.computeIfPresent(parent, (path, known) -> new Last(known.child, true));
  }
}
