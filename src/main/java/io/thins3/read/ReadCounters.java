package io.thins3.read;

import java.util.concurrent.atomic.LongAdder;

/** Counts what the engine does. Thread-safe. */
final class ReadCounters {
  final LongAdder requests = new LongAdder();
  final LongAdder resumed = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder cancelled = new LongAdder();
  final LongAdder fetchedBytes = new LongAdder();
  final LongAdder servedBytes = new LongAdder();
  final LongAdder wastedBytes = new LongAdder();
  final LongAdder reads = new LongAdder();
  final LongAdder waits = new LongAdder();
  final LongAdder memoryWaits = new LongAdder();
  final LongAdder windowsGrown = new LongAdder();
  final LongAdder windowsShrunk = new LongAdder();
  final ChecksumCounters checksums = new ChecksumCounters();

  /** The counts so far; exact when nothing goes on. */
  ReadCounts counts() {
    return new ReadCounts(
        requests.sum(),
        resumed.sum(),
        failed.sum(),
        cancelled.sum(),
        fetchedBytes.sum(),
        servedBytes.sum(),
        wastedBytes.sum(),
        reads.sum(),
        waits.sum(),
        memoryWaits.sum(),
        windowsGrown.sum(),
        windowsShrunk.sum(),
        checksums.counts());
  }
}
