package io.thins3.bench.server;

import io.thins3.bench.result.Traffic;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts requests and bytes. Thread-safe. */
final class TrafficCounter {
  private final Map<RequestKind, LongAdder> requests = new EnumMap<>(RequestKind.class);
  private final LongAdder toStore = new LongAdder();
  private final LongAdder fromStore = new LongAdder();

  TrafficCounter() {
    for (RequestKind kind : RequestKind.values()) {
      requests.put(kind, new LongAdder());
    }
  }

  void request(RequestKind kind) {
    LongAdder adder = requests.get(kind);
    if (adder != null) {
      adder.increment();
    }
  }

  void bytesToStore(long count) {
    toStore.add(count);
  }

  void bytesFromStore(long count) {
    fromStore.add(count);
  }

  Traffic snapshot() {
    Map<String, Long> counts = new TreeMap<>();
    requests.forEach(
        (kind, adder) -> {
          if (adder.sum() > 0) {
            counts.put(kind.label(), adder.sum());
          }
        });
    return new Traffic(counts, toStore.sum(), fromStore.sum());
  }
}
