package io.thins3.read;

/**
 * One run of a reader through a file: where it is, whether it is sequential, and how far ahead of
 * it the store has been asked.
 *
 * <pre>
 *        start             position              target      end of the file
 *   ───────┼────────────────────┼───────────────────┼──────────────┼
 *          ◄─ span, of which ──►◄────── ahead ──────►
 *             "read" were read         requestedTo lies somewhere here
 * </pre>
 *
 * <p>Ahead of a reader is fetched what it is likely to read, judged by what it has done:
 *
 * <ul>
 *   <li>The first run of a handle, when it begins at the file's start: the whole window at once.
 *   <li>Any other run begins with what is asked for, or with what the runs before it were long
 *       (random reads of 1 MiB that arrive as 8 READs of 128 KiB are one GET). Once it is longer
 *       than those it is streaming: the window, but never more than it has read already.
 *   <li>A run that leaves out more than a quarter (a stride, a random walk) gets nothing ahead.
 * </ul>
 *
 * <p>A READ counts to a run when it is near its position, because the kernel sends the READs of one
 * sequential reader in parallel and out of order. Guarded by the engine's lock.
 */
final class ReadStream {
  /** How far READs overtake each other: the kernel's read-ahead, twice 1 MiB. */
  static final long REORDER = 2L << 20;

  /** A seek so far forward, into what was asked for already, goes on with the run. */
  static final long READ_THROUGH = 16L << 20;

  /** Who has read so much in a row goes through the file. */
  static final long STREAM = 8L << 20;

  /** Longest run that is foretold from those before. */
  static final long LONGEST_FORETOLD = 1L << 20;

  private static final long NEVER = Long.MIN_VALUE;

  /** The density is that of the last so many bytes. */
  private static final long MEMORY = 16L << 20;

  private final ReadWindow window;
  private final boolean first;
  private final long foretold;
  private final long origin;

  private long start;
  private long read;
  private long run;
  private long position;
  private long leftBehind;
  private long requestedTo;
  private long reads;
  private boolean waited;
  private boolean fromStart;
  private boolean shrunk;

  // Where it was, and when, a window ago; and its rate since.
  private long markPosition;
  private long markAt = NEVER;
  private double bytesPerNano;

  /**
   * @param offset of its first READ
   * @param first whether it is the handle's first run
   * @param foretold how long it will be, judged by those before; 0 when there were none
   */
  ReadStream(long offset, boolean first, long foretold, ReadWindow window) {
    this.window = window;
    this.first = first && offset == 0;
    this.foretold = Math.min(foretold, LONGEST_FORETOLD);
    this.origin = offset;
    this.start = offset;
    this.position = offset;
    this.leftBehind = CacheBlock.floor(offset);
    this.requestedTo = CacheBlock.floor(offset);
  }

  /** Whether a READ there goes on with this run. */
  boolean accepts(long offset) {
    return offset >= position - REORDER
        && offset <= Math.max(position + REORDER, Math.min(requestedTo, position + READ_THROUGH));
  }

  /**
   * Counts a READ.
   *
   * @return whether it moved the run forward; if not, it was overtaken, or goes backward
   */
  boolean onRead(long offset, long end) {
    reads++;
    shrunk = false;
    fromStart |= offset == 0;
    boolean forward = end > position;
    position = Math.max(position, end);
    if (offset >= start) {
      read = Math.min(read + end - offset, position - start);
      run = Math.min(run + end - offset, position - origin);
    }
    if (position - start > MEMORY) {
      start = position - MEMORY / 2;
      read /= 2;
    }
    requestedTo = Math.max(requestedTo, CacheBlock.ceiling(position)); // its own blocks it asks for
    return forward;
  }

  /**
   * How far it is worth while to have asked the store now.
   *
   * @param limit at most so far: the object's size, or less
   */
  long target(long limit) {
    return Math.min(limit, position + ahead());
  }

  private long ahead() {
    if (read < (position - start) / 4 * 3) {
      return 0;
    }
    if (first) {
      return Math.min(window.size(), Math.max(ReadWindow.INITIAL, run));
    }
    if (run <= foretold) {
      return foretold - run;
    }
    return reads < 2 ? 0 : Math.min(window.size(), Math.max(run, CacheBlock.BYTES));
  }

  /** Where the request that a READ is missing bytes for may go on to. */
  long sameRequestEnd(long offset, long limit) {
    long target = target(limit);
    long longest = Math.max(ReadWindow.INITIAL, ReadWindow.range(target - position));
    return Math.min(target, CacheBlock.floor(offset) + longest);
  }

  /** The end of the next request ahead, or the end of what was asked for: nothing is due. */
  long nextRequestEnd(long limit) {
    long target = target(limit);
    long range = ReadWindow.range(Math.max(CacheBlock.BYTES, target - position));
    if (target == limit && target - requestedTo < 2 * range) {
      range = Math.max(0, target - requestedTo); // the rest, in one
    }
    return target - requestedTo < range ? requestedTo : requestedTo + range;
  }

  /** Bytes up to there were asked for, or are here. */
  void requested(long to) {
    requestedTo = Math.max(requestedTo, to);
  }

  /** Bytes from there on were lost: the store has to be asked again. */
  void lost(long from) {
    if (from >= CacheBlock.floor(position)) {
      requestedTo = Math.min(requestedTo, from);
    }
  }

  /** A READ had to wait for its bytes. */
  void waited() {
    waited = true;
  }

  /**
   * Grows the window if the reader had to wait since the last time.
   *
   * @param now nanoseconds
   * @param latency nanoseconds between a request and the beginning of its answer
   */
  boolean growIfWaited(long now, long latency) {
    // Bytes come in bursts, several requests at a time: only a whole window shows the rate.
    if (markAt == NEVER || position - markPosition >= window.size()) {
      bytesPerNano = markAt == NEVER ? 0 : (position - markPosition) / (double) (now - markAt + 1);
      markAt = now;
      markPosition = position;
    }
    boolean grown = waited && window.grow((long) (bytesPerNano * latency));
    waited = false;
    return grown;
  }

  /**
   * There was no memory: halves the window, once for each READ, whatever of it finds none.
   *
   * @return whether it was halved
   */
  boolean shrink() {
    boolean first = !shrunk;
    if (first) {
      shrunk = true;
      window.shrink();
    }
    return first;
  }

  /** Whether it has read the object's first byte. */
  boolean isFromStart() {
    return fromStart;
  }

  ReadWindow window() {
    return window;
  }

  long position() {
    return position;
  }

  long requestedTo() {
    return requestedTo;
  }

  /** Where it has begun. */
  long origin() {
    return origin;
  }

  /** Up to where it has left blocks behind. */
  long leftBehind() {
    return leftBehind;
  }

  void leftBehind(long to) {
    leftBehind = Math.max(leftBehind, to);
  }

  /**
   * Whether it has read more of the object than readers come back to soon, and left nothing out.
   */
  boolean isStreaming() {
    return run > STREAM && read >= (position - start) / 4 * 3;
  }

  /** How long it has become. */
  long run() {
    return run;
  }

  /** Whether the run is going to need bytes there. */
  boolean wants(long from, long to) {
    return from < requestedTo && to > position;
  }
}
