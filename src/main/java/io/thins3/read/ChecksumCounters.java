package io.thins3.read;

import java.util.concurrent.atomic.LongAdder;

/** Counts what came of comparisons with checksums. Thread-safe. */
final class ChecksumCounters {
  final LongAdder requests = new LongAdder();
  final LongAdder verified = new LongAdder();
  final LongAdder mismatches = new LongAdder();
  final LongAdder none = new LongAdder();
  final LongAdder composite = new LongAdder();
  final LongAdder unanswered = new LongAdder();
  final LongAdder incomplete = new LongAdder();

  /** The counts so far; exact when nothing goes on. */
  ChecksumCounts counts() {
    return new ChecksumCounts(
        requests.sum(),
        verified.sum(),
        mismatches.sum(),
        none.sum(),
        composite.sum(),
        unanswered.sum(),
        incomplete.sum());
  }
}
