package io.thins3.memory;

/** Somebody who holds pages that can be done without: a cache. */
public interface Reclaimer {
  /**
   * Others wait for pages: releases what it can of {@link MemoryBudget#shortage()}, at once, and
   * goes on doing so when it gets to release something later. Called by the thread that begins to
   * wait; must not wait itself.
   */
  void reclaim();
}
