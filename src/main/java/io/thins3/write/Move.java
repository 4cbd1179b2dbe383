package io.thins3.write;

import org.jspecify.annotations.Nullable;

/** How a published object gets another key. */
@FunctionalInterface
public interface Move {
  /**
   * Moves it; waits.
   *
   * @param from the object, or null when nothing is published
   * @return where it is now; null as before
   */
  @Nullable FileVersion move(@Nullable FileVersion from) throws WriteException;
}
