package io.thins3.fs;

import io.thins3.meta.Names;
import org.jspecify.annotations.Nullable;

/**
 * A program on its way through a tree, or what may become one.
 *
 * <pre>
 *             three files in a row, or a few more      the first file of a directory
 *             with gaps, each read whole               that follows its own
 *   stranger ─────────────────────────────► walking ──────────────────────────► walking through
 *       ▲                                      │        nothing is fetched         │  directories
 *       ├──────── files read in part ──────────┴──────────────── files read in part┘
 *       └ what is opened elsewhere is another walker's; the one that is idle longest is forgotten
 * </pre>
 *
 * <p>While it is walking, so many files ahead of it are fetched as its window says, which grows by
 * one for each that it had to wait for, as a read window does: a slow program needs few. Each
 * directory that it goes on into doubles how many of them are listed ahead. Not thread-safe.
 */
final class Walker {
  static final int FIRST_WINDOW = 4;
  static final int LARGEST_WINDOW = 32;
  static final int MOST_DIRECTORIES = 8;

  /** Two for each file that follows the last one directly, one where some were left out. */
  private static final int CONFIRMED = 4;

  private static final int SUREST = 12;

  /** As much as one walk that ends early counts: a program may be interrupted. */
  private static final int MOST_MISTAKES = 8;

  private static final EntryOrder[] ORDERS = EntryOrder.values();

  /** For each order what the walk has left out in it so far; negative: it is not in that order. */
  private final int[] skipped = new int[ORDERS.length];

  private String position;
  private @Nullable FileProgress last;
  private int sureness;
  private @Nullable String top;
  private int directories;
  private int window = FIRST_WINDOW;
  private int ahead;
  private boolean looks;
  private int mistakes;
  private boolean forgotten;
  private long lastSeen;

  Walker(String position, @Nullable FileProgress progress, long now) {
    this.position = position;
    this.last = progress;
    this.lastSeen = now;
  }

  /**
   * Goes on to a file if that is on its way.
   *
   * @param progress null when the file is not small
   */
  boolean goOn(TreeWalk tree, String path, @Nullable FileProgress progress, long now) {
    if (path.equals(position)) { // another one beside it, or again
      lastSeen = now;
      return true;
    }
    int[] next = new int[ORDERS.length];
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < ORDERS.length; i++) {
      int more = skipped[i] < 0 ? -1 : tree.skipped(ORDERS[i], position, path);
      next[i] = more < 0 ? -1 : skipped[i] + more;
      least = more < 0 ? least : Math.min(least, more);
    }
    if (least == Integer.MAX_VALUE) {
      return false;
    }
    System.arraycopy(next, 0, skipped, 0, next.length);
    step(path, least);
    last = progress;
    lastSeen = now;
    return true;
  }

  private void step(String path, int leftOut) {
    if (last != null) {
      sureness =
          last.isInPart()
              ? Math.max(0, sureness - CONFIRMED)
              : Math.min(SUREST, sureness + (leftOut == 0 ? 2 : 1));
    }
    if (!Names.parent(path).equals(Names.parent(position))) {
      String common = TreeWalk.commonDirectory(path, position);
      top = top == null || common.length() < top.length() ? common : top;
      directories = Math.min(MOST_DIRECTORIES, Math.max(1, 2 * directories));
      looks = true;
    }
    position = path;
  }

  boolean isWalking() {
    return sureness >= CONFIRMED && !forgotten;
  }

  /** In which order it walks: of those that are possible the one that leaves out least. */
  EntryOrder order() {
    int best = -1;
    for (int i = 0; i < ORDERS.length; i++) {
      if (skipped[i] >= 0 && (best < 0 || skipped[i] < skipped[best])) {
        best = i;
      }
    }
    return ORDERS[Math.max(0, best)];
  }

  /** The file that it opened last. */
  String position() {
    return position;
  }

  /** The directory that it walks through; null while it has not left its own. */
  @Nullable String top() {
    return top;
  }

  /** How many directories ahead are worth listing. */
  int directories() {
    return directories;
  }

  /** How many files ahead are worth fetching. */
  int window() {
    return window;
  }

  /** A file ahead of it is being fetched. */
  void fetching() {
    ahead++;
  }

  /** That file is not ahead any more. */
  void notAhead() {
    ahead--;
  }

  /** To be looked ahead for at the next occasion: something that was wanted could not be had. */
  void looksAgain() {
    looks = true;
  }

  /** There was no memory for more than is ahead now. */
  void shrink() {
    window = Math.max(1, Math.min(window, ahead));
  }

  /**
   * Whether it is time to look what comes next. Not for every file, because that costs more than to
   * follow the walk: when a quarter of the window has been used, or another directory was entered.
   */
  boolean looksAhead() {
    return isWalking() && (looks || ahead <= window - Math.max(1, window / 4));
  }

  /** It was looked what comes next. */
  void looked() {
    looks = false;
  }

  /** Whether something is wanted that could not be had. */
  boolean isWanting() {
    return looks;
  }

  long lastSeen() {
    return lastSeen;
  }

  /** A file that was fetched ahead was opened. */
  void used(boolean waited) {
    mistakes = 0;
    if (waited) {
      window = Math.min(LARGEST_WINDOW, window + 1);
    }
  }

  /**
   * A file that was fetched ahead was not opened in time.
   *
   * @return whether it counts: of one walk that ends only so many do
   */
  boolean mistaken() {
    window = Math.max(1, window / 2);
    return ++mistakes <= MOST_MISTAKES;
  }

  void forget() {
    forgotten = true;
  }
}
