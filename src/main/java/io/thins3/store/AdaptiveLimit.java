package io.thins3.store;

/**
 * How many requests a store gets at a time: by additive increase and multiplicative decrease, as
 * TCP finds its rate. For one thread at a time.
 *
 * <pre>
 *             refused: half of it, a new round begins
 *   full ───────────────────────────────────────────► lowered ──┐ refused, sent in this round:
 *     ▲                                                 │  ▲    │ half again, at least 1
 *     └────────── answered: 1/limit more, up to full ◄──┘  └────┘ refused, sent before: nothing
 * </pre>
 *
 * <p>A store that has too much refuses a whole flight of requests at once; they tell one thing, so
 * that only the first lowers the limit. What was sent in the new round, after that, tells whether
 * it was enough.
 *
 * <p>The last step to where the store refused takes eight times as long: a store that takes one
 * request at a time would else refuse every second one.
 */
final class AdaptiveLimit {
  private static final int SLOWLY = 8;

  private final int full;
  private double limit;
  private int inUse;
  private long round;

  /** Where the store refused last; 0: nowhere. */
  private int ceiling;

  /** At its full value. */
  AdaptiveLimit(int full) {
    this.full = full;
    this.limit = full;
  }

  /** Takes a place when there is one. */
  boolean tryEnter() {
    if (inUse >= (int) limit) {
      return false;
    }
    inUse++;
    return true;
  }

  /** Gives a place back. */
  void leave() {
    inUse--;
  }

  /** The round in which what is sent now is sent. */
  long round() {
    return round;
  }

  /** The store has answered a request. */
  void answered() {
    double step = (int) limit == ceiling - 1 ? 1 / (SLOWLY * limit) : 1 / limit;
    limit = Math.min(full, limit + step);
  }

  /** The store has refused a request that was sent in that round for the number of them. */
  void refused(long sentIn) {
    if (sentIn == round) {
      round++;
      ceiling = Math.max(2, (int) limit);
      limit = Math.max(1, limit / 2);
    }
  }

  /** Requests at a time, 1 or more. */
  int limit() {
    return (int) limit;
  }

  /** Whether the store is to get fewer requests than we would like to send. */
  boolean isLowered() {
    return limit < full;
  }

  /** Places taken; after the limit was lowered more than it for a while. */
  int inUse() {
    return inUse;
  }
}
