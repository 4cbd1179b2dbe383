package io.thins3.store.http;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which address of a name the next connection goes to: one with the fewest connections, by chance
 * among equals; those that failed lately come last. Thread-safe.
 */
final class AddressBook {
  /** Longer than a restart of a server takes, shorter than anybody would notice its absence. */
  static final Duration AVOIDED = Duration.ofSeconds(30);

  private static final class Entry {
    int connections;
    boolean failed;
    long failedAt;
  }

  private final LongSupplier nanoTime;

  /** Guarded by this. Entries without connections and failure are removed. */
  private final Map<InetAddress, Entry> entries = new HashMap<>();

  AddressBook(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** The addresses in the order in which to try them. */
  synchronized List<InetAddress> inOrder(List<InetAddress> addresses) {
    List<InetAddress> order = new ArrayList<>(addresses);
    Collections.shuffle(order, ThreadLocalRandom.current());
    long now = nanoTime.getAsLong();
    entries.values().removeIf(entry -> entry.connections == 0 && !isAvoided(entry, now));
    order.sort(
        Comparator.comparing((InetAddress address) -> isAvoided(entries.get(address), now))
            .thenComparingInt(address -> connections(entries.get(address))));
    return order;
  }

  private static boolean isAvoided(@Nullable Entry entry, long now) {
    return entry != null && entry.failed && now - entry.failedAt < AVOIDED.toNanos();
  }

  private static int connections(@Nullable Entry entry) {
    return entry == null ? 0 : entry.connections;
  }

  /** A connection to it begins. */
  synchronized void opened(InetAddress address) {
    entry(address).connections++;
  }

  /** A connection to it has ended. */
  synchronized void closed(InetAddress address) {
    entry(address).connections--;
  }

  /** It could not be connected to, or did not answer. */
  synchronized void failed(InetAddress address) {
    Entry entry = entry(address);
    entry.failed = true;
    entry.failedAt = nanoTime.getAsLong();
  }

  /** It has answered. */
  synchronized void answered(InetAddress address) {
    Entry entry = entries.get(address);
    if (entry != null) {
      entry.failed = false;
    }
  }

  private Entry entry(InetAddress address) {
    return entries.computeIfAbsent(address, any -> new Entry());
  }
}
