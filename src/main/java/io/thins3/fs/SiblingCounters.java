package io.thins3.fs;

import java.util.concurrent.atomic.LongAdder;

/** Counts what the read-ahead for walks does, in all buckets. Thread-safe. */
final class SiblingCounters {
  final LongAdder files = new LongAdder();
  final LongAdder filesUsed = new LongAdder();
  final LongAdder filesWaitedFor = new LongAdder();
  final LongAdder wastedBytes = new LongAdder();
  final LongAdder listings = new LongAdder();
  final LongAdder listingsUsed = new LongAdder();
  final LongAdder switchedOff = new LongAdder();

  SiblingCounts counts() {
    return new SiblingCounts(
        files.sum(),
        filesUsed.sum(),
        filesWaitedFor.sum(),
        wastedBytes.sum(),
        listings.sum(),
        listingsUsed.sum(),
        switchedOff.sum());
  }
}
