package io.thins3.read;

/**
 * The windows of all runs that go on at a moment.
 *
 * @param runs how many there are
 * @param bytes all windows together
 * @param largest bytes of the largest one
 */
public record WindowSizes(int runs, long bytes, long largest) {
  static final WindowSizes NONE = new WindowSizes(0, 0, 0);

  WindowSizes with(long size) {
    return new WindowSizes(runs + 1, bytes + size, Math.max(largest, size));
  }
}
