package io.thins3.meta;

import java.util.concurrent.atomic.LongAdder;

/** Counters behind {@link TreeCounts}. Thread-safe. */
final class TreeCounters {
  final LongAdder lookupsCached = new LongAdder();
  final LongAdder lookupsAsked = new LongAdder();
  final LongAdder bursts = new LongAdder();
  final LongAdder listings = new LongAdder();
  final LongAdder walkPages = new LongAdder();
  final LongAdder walkDirectories = new LongAdder();

  TreeCounts counts(long hiddenKeys, long listingBytes, long lookupBytes) {
    return new TreeCounts(
        lookupsCached.sum(),
        lookupsAsked.sum(),
        bursts.sum(),
        listings.sum(),
        walkPages.sum(),
        walkDirectories.sum(),
        hiddenKeys,
        listingBytes,
        lookupBytes);
  }
}
