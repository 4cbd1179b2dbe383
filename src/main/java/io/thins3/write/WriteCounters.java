package io.thins3.write;

import java.util.concurrent.atomic.LongAdder;

/** What writers did so far. Thread-safe. */
final class WriteCounters {
  final LongAdder puts = new LongAdder();
  final LongAdder uploads = new LongAdder();
  final LongAdder parts = new LongAdder();
  final LongAdder copiedParts = new LongAdder();
  final LongAdder bytes = new LongAdder();
  final LongAdder fetched = new LongAdder();
  final LongAdder conflicts = new LongAdder();
  final LongAdder failures = new LongAdder();
  final LongAdder waits = new LongAdder();

  WriteCounts counts(int open, long staged) {
    return new WriteCounts(
        puts.sum(),
        uploads.sum(),
        parts.sum(),
        copiedParts.sum(),
        bytes.sum(),
        fetched.sum(),
        conflicts.sum(),
        failures.sum(),
        waits.sum(),
        open,
        staged);
  }
}
