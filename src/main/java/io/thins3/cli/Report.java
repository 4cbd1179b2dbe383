package io.thins3.cli;

import io.thins3.fs.SiblingCounts;
import io.thins3.fuse.NodeCounts;
import io.thins3.memory.MemoryBudget;
import io.thins3.memory.MemoryCounts;
import io.thins3.meta.TreeCounts;
import io.thins3.ops.Metrics;
import io.thins3.read.ReadCounts;
import io.thins3.read.WindowSizes;
import io.thins3.store.StoreCounts;
import io.thins3.write.WriteCounts;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives what the parts of a mount count the names of docs/METRICS.md, and logs it when SIGUSR1 asks
 * for that. The registry is made for each report: its classes take no part in the start.
 * Thread-safe.
 */
final class Report {
  private static final Logger log = LoggerFactory.getLogger(Report.class);
  private static final String BUCKET = "bucket";

  private final Supplier<ReadCounts> reads;
  private final Supplier<WindowSizes> windows;
  private final Supplier<MemoryCounts> memory;
  private final Supplier<SiblingCounts> siblings;
  private final Supplier<TreeCounts> trees;
  private final Supplier<NodeCounts> nodes;
  private final Supplier<WriteCounts> writes;
  private final Map<String, Supplier<StoreCounts>> stores;

  /**
   * @param trees of all buckets together
   * @param stores by the names of their buckets
   */
  Report(
      Supplier<ReadCounts> reads,
      Supplier<WindowSizes> windows,
      Supplier<MemoryCounts> memory,
      Supplier<SiblingCounts> siblings,
      Supplier<TreeCounts> trees,
      Supplier<NodeCounts> nodes,
      Supplier<WriteCounts> writes,
      Map<String, Supplier<StoreCounts>> stores) {
    this.reads = reads;
    this.windows = windows;
    this.memory = memory;
    this.siblings = siblings;
    this.trees = trees;
    this.nodes = nodes;
    this.writes = writes;
    this.stores = stores;
  }

  /** Logs all values. */
  void log() {
    metrics().lines().forEach(line -> log.info("{}", line));
  }

  Metrics metrics() {
    Metrics metrics = new Metrics();
    addReads(metrics);
    addSiblings(metrics);
    addTrees(metrics);
    addWrites(metrics);
    addMemory(metrics);
    addStores(metrics);
    return metrics;
  }

  private void addReads(Metrics metrics) {
    read(metrics, "reads", "READs answered with data", ReadCounts::reads);
    read(
        metrics,
        "read_served_bytes",
        "bytes that READs were answered with",
        ReadCounts::servedBytes);
    read(
        metrics, "read_waits", "READs whose bytes were not here when they came", ReadCounts::waits);
    read(metrics, "read_memory_waits", "READs that queued for memory", ReadCounts::memoryWaits);
    read(
        metrics,
        "fetches",
        "GETs for content and requests that check versions at open, resumed ones included",
        ReadCounts::requests);
    read(
        metrics,
        "fetches_resumed",
        "GETs that went on where another one broke off",
        ReadCounts::resumed);
    read(metrics, "fetches_failed", "GETs that were given up", ReadCounts::failed);
    read(
        metrics,
        "fetches_cancelled",
        "GETs ended because nobody wanted the rest",
        ReadCounts::cancelled);
    read(metrics, "fetched_bytes", "bytes of content that arrived", ReadCounts::fetchedBytes);
    read(
        metrics,
        "fetch_wasted_bytes",
        "bytes that arrived, were let go of, and were never read",
        ReadCounts::wastedBytes);
    read(
        metrics,
        "windows_grown",
        "how often a read-ahead window was doubled",
        ReadCounts::windowsGrown);
    read(
        metrics,
        "windows_shrunk",
        "how often a read-ahead window was halved",
        ReadCounts::windowsShrunk);
    read(
        metrics,
        "checksum_requests",
        "HEADs that were sent for a checksum",
        counts -> counts.checksums().requests());
    metrics.counters(
        "thins3_checksums", "object versions, by what came of it", "result", results());
    metrics.gauge(
        "thins3_windows", "runs that have a read-ahead window", () -> windows.get().runs());
    metrics.gauge(
        "thins3_windows_bytes", "all read-ahead windows together", () -> windows.get().bytes());
    metrics.gauge(
        "thins3_window_largest_bytes",
        "the largest read-ahead window",
        () -> windows.get().largest());
  }

  private Map<String, LongSupplier> results() {
    Map<String, LongSupplier> results = new LinkedHashMap<>();
    results.put("verified", () -> reads.get().checksums().verified());
    results.put("mismatch", () -> reads.get().checksums().mismatches());
    results.put("none", () -> reads.get().checksums().none());
    results.put("composite", () -> reads.get().checksums().composite());
    results.put("unanswered", () -> reads.get().checksums().unanswered());
    results.put("incomplete", () -> reads.get().checksums().incomplete());
    return results;
  }

  private void read(Metrics metrics, String name, String help, ToLongFunction<ReadCounts> value) {
    metrics.counter("thins3_" + name, help, () -> value.applyAsLong(reads.get()));
  }

  private void addTrees(Metrics metrics) {
    tree(
        metrics,
        "lookups_cached",
        "lookups and stats that the metadata cache answered",
        TreeCounts::lookupsCached);
    tree(
        metrics, "lookups_asked", "lookups that the store was asked for", TreeCounts::lookupsAsked);
    tree(
        metrics,
        "lookup_bursts",
        "how often lookups in one directory had it listed",
        TreeCounts::bursts);
    tree(metrics, "listings", "directories whose listing was begun", TreeCounts::listings);
    tree(
        metrics,
        "walk_pages",
        "pages of listings without delimiter, for walks",
        TreeCounts::walkPages);
    tree(
        metrics,
        "walk_directories",
        "directories that those completed",
        TreeCounts::walkDirectories);
    tree(
        metrics,
        "hidden_keys",
        "how often a listing had a key that no path leads to",
        TreeCounts::hiddenKeys);
    metrics.gauge(
        "thins3_metadata_listing_bytes",
        "memory of the listings that are held",
        () -> trees.get().listingBytes());
    metrics.gauge(
        "thins3_metadata_lookup_bytes",
        "memory of the lookups that are held",
        () -> trees.get().lookupBytes());
    metrics.gauge(
        "thins3_nodes", "files and directories that the kernel knows", () -> nodes.get().known());
    metrics.counter(
        "thins3_nodes_taken_back",
        "names that the kernel was made to forget, because it knew too many",
        () -> nodes.get().takenBack());
  }

  private void tree(Metrics metrics, String name, String help, ToLongFunction<TreeCounts> value) {
    metrics.counter("thins3_" + name, help, () -> value.applyAsLong(trees.get()));
  }

  private void addSiblings(Metrics metrics) {
    ahead(metrics, "files", "files fetched ahead of walks", SiblingCounts::files);
    ahead(metrics, "files_used", "those that were opened in time", SiblingCounts::filesUsed);
    ahead(
        metrics,
        "files_waited_for",
        "those of them that were still on their way",
        SiblingCounts::filesWaitedFor);
    ahead(metrics, "wasted_bytes", "bytes of those not opened in time", SiblingCounts::wastedBytes);
    ahead(metrics, "listings", "directories listed ahead of walks", SiblingCounts::listings);
    ahead(metrics, "listings_used", "those that were read in time", SiblingCounts::listingsUsed);
    ahead(
        metrics,
        "switched_off",
        "how often too many guesses were wrong",
        SiblingCounts::switchedOff);
  }

  private void ahead(
      Metrics metrics, String name, String help, ToLongFunction<SiblingCounts> value) {
    metrics.counter("thins3_siblings_" + name, help, () -> value.applyAsLong(siblings.get()));
  }

  private void addWrites(Metrics metrics) {
    write(metrics, "puts", "files published by one PUT", WriteCounts::puts);
    write(metrics, "uploads", "files published in parts", WriteCounts::uploads);
    write(metrics, "parts", "parts that were sent", WriteCounts::parts);
    write(
        metrics,
        "parts_copied",
        "parts that the store copied because they had not changed",
        WriteCounts::copiedParts);
    write(metrics, "sent_bytes", "bytes of content that were sent", WriteCounts::bytes);
    write(
        metrics,
        "fetched_bytes",
        "bytes read back from the store to be sent again",
        WriteCounts::fetched);
    write(
        metrics, "conflicts", "publications that met a version of others", WriteCounts::conflicts);
    write(metrics, "failures", "publications that failed", WriteCounts::failures);
    write(
        metrics,
        "waits",
        "WRITEs that waited for their file's parts to go out",
        WriteCounts::waits);
    metrics.gauge(
        "thins3_write_open_files", "files that are open for writing", () -> writes.get().open());
    metrics.gauge(
        "thins3_write_staged_bytes", "bytes in the staging directory", () -> writes.get().staged());
  }

  private void write(Metrics metrics, String name, String help, ToLongFunction<WriteCounts> value) {
    metrics.counter("thins3_write_" + name, help, () -> value.applyAsLong(writes.get()));
  }

  private void addMemory(Metrics metrics) {
    memory(metrics, "limit", "most memory for content", MemoryCounts::limit);
    memory(
        metrics, "reserved", "memory that somebody holds, filled or not", MemoryCounts::reserved);
    memory(
        metrics,
        "pooled",
        "memory that nobody holds and that was not given back yet",
        MemoryCounts::pooled);
    memory(
        metrics,
        "high_water",
        "most memory that was ever reserved at a time",
        MemoryCounts::highWater);
    metrics.gauge(
        "thins3_memory_waiters", "who waits for memory now", () -> memory.get().waiters());
  }

  private void memory(
      Metrics metrics, String name, String help, ToLongFunction<MemoryCounts> pages) {
    metrics.gauge(
        "thins3_memory_" + name + "_bytes",
        help,
        () -> pages.applyAsLong(memory.get()) * MemoryBudget.PAGE_BYTES);
  }

  private void addStores(Metrics metrics) {
    metrics.counters(
        "thins3_store_requests",
        "requests that were sent, again ones included",
        BUCKET,
        each(StoreCounts::attempts));
    metrics.counters(
        "thins3_store_retries",
        "requests that were sent again after a failure",
        BUCKET,
        each(StoreCounts::retries));
    metrics.counters(
        "thins3_store_throttled",
        "answers that refused a request for their number (429, 503)",
        BUCKET,
        each(StoreCounts::throttled));
    metrics.counters(
        "thins3_store_hedged",
        "GETs sent a second time because their answer was late",
        BUCKET,
        each(StoreCounts::hedged));
    metrics.counters(
        "thins3_store_hedges_won",
        "those of them whose second answer came first",
        BUCKET,
        each(StoreCounts::hedgesWon));
    metrics.gauges(
        "thins3_store_concurrency_limit",
        "requests that the store gets at a time",
        BUCKET,
        each(StoreCounts::limit));
    metrics.gauges(
        "thins3_store_connections",
        "connections, in use or not",
        BUCKET,
        each(StoreCounts::connections));
  }

  private Map<String, LongSupplier> each(ToLongFunction<StoreCounts> value) {
    Map<String, LongSupplier> all = new LinkedHashMap<>();
    stores.forEach((bucket, counts) -> all.put(bucket, () -> value.applyAsLong(counts.get())));
    return all;
  }
}
