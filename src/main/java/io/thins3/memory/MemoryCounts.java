package io.thins3.memory;

/**
 * A budget's counts at one moment, in pages.
 *
 * @param limit most pages that may be reserved
 * @param reserved pages that somebody holds, filled or not
 * @param pooled pages of memory that nobody holds and that were not given back yet
 * @param highWater most pages that were ever reserved at a time
 * @param waiters how many wait for pages
 */
public record MemoryCounts(int limit, int reserved, int pooled, int highWater, int waiters) {}
