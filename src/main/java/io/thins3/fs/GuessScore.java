package io.thins3.fs;

import java.time.Duration;
import java.util.Arrays;

/**
 * Whether guesses have been good enough to go on with.
 *
 * <pre>
 *         more than a quarter of the last 32 were wrong
 *   on ──────────────────────────────────────────────► off
 *    ▲                  one minute                      │
 *    └──────────── (nothing remembered) ────────────────┘
 * </pre>
 *
 * Not thread-safe.
 */
final class GuessScore {
  static final int REMEMBERED = 32;
  static final Duration OFF = Duration.ofMinutes(1);

  private final boolean[] wrong = new boolean[REMEMBERED];
  private int next;
  private int wrongOnes;
  private boolean off;
  private long offSince;

  /**
   * A guess has turned out.
   *
   * @return whether that was too much
   */
  boolean add(boolean right, long now) {
    if (isOff(now)) {
      return false;
    }
    wrongOnes += (right ? 0 : 1) - (wrong[next] ? 1 : 0);
    wrong[next] = !right;
    next = (next + 1) % REMEMBERED;
    off = wrongOnes > REMEMBERED / 4;
    offSince = now;
    return off;
  }

  boolean isOff(long now) {
    if (off && now - offSince >= OFF.toNanos()) {
      off = false;
      wrongOnes = 0;
      Arrays.fill(wrong, false);
    }
    return off;
  }
}
