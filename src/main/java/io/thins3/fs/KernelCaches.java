package io.thins3.fs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Ticker;
import io.thins3.fs.ObjectNode.DirectoryNode;
import io.thins3.fuse.NodeCounts;
import io.thins3.fuse.Notifier;
import io.thins3.meta.Names;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel may believe of names, attributes and pages, and how it is told otherwise. Which
 * names it found is known by their nodes, which it holds; the names that it was told to be absent
 * are remembered here for as long as it may believe that.
 *
 * <p>Does nothing where the transport cannot tell the kernel anything. Thread-safe; never waits for
 * the kernel, but in {@link #awaitTold}.
 */
final class KernelCaches {
  /** About 10 MB. What is too much is taken back from the kernel. */
  private static final int MOST_ABSENCES = 50_000;

  private record Name(Bucket bucket, String path) {}

  private final Cache<Name, Duration> absences;
  private volatile @Nullable Notifier notifier;

  KernelCaches(Ticker ticker) {
    this.absences =
        Caffeine.newBuilder()
            .maximumSize(MOST_ABSENCES)
            .ticker(ticker)
            .executor(Runnable::run)
            .expireAfter(Expiry.<Name, Duration>writing((name, validFor) -> validFor))
            .evictionListener(
                (@Nullable Name name, @Nullable Duration validFor, RemovalCause cause) -> {
                  Notifier kernel = notifier;
                  if (name != null && kernel != null && cause == RemovalCause.SIZE) {
                    forgetName(kernel, name.bucket, name.path);
                  }
                })
            .build();
  }

  /** From now on the kernel can be told. */
  void mounted(Notifier kernel) {
    notifier = kernel;
  }

  /** The kernel is about to be told that a path is absent. */
  void toldAbsent(Bucket bucket, String path, Duration validFor) {
    if (notifier != null && !validFor.isZero()) {
      absences.put(new Name(bucket, path), validFor);
    }
  }

  /** The kernel is to ask for everything at and below a path again. */
  void refresh(Bucket bucket, String path) {
    Notifier kernel = notifier;
    if (kernel == null) {
      return;
    }
    for (String above = path; !above.isEmpty(); above = Names.parent(above)) {
      // A directory that is one stays: its name need not be looked up for what lies below it.
      if (above.equals(path) || !(bucket.nodes().find(above) instanceof DirectoryNode)) {
        forgetName(kernel, bucket, above);
      }
    }
    bucket
        .nodes()
        .forEach(
            node -> {
              if (Names.isAtOrBelow(node.path(), path)) {
                forgetName(kernel, bucket, node.path());
                kernel.invalidate(node);
              }
            });
    absences
        .asMap()
        .keySet()
        .removeIf(
            absent -> {
              boolean drop = absent.bucket == bucket && Names.isAtOrBelow(absent.path, path);
              if (drop) {
                forgetName(kernel, bucket, absent.path);
              }
              return drop;
            });
  }

  private static void forgetName(Notifier kernel, Bucket bucket, String path) {
    String parent = Names.parent(path);
    ObjectNode directory = parent.isEmpty() ? bucket.root() : bucket.nodes().find(parent);
    if (directory != null) { // else the kernel does not know it, and no name in it
      kernel.invalidateEntry(directory, Names.last(path));
    }
  }

  /** How many nodes it knows. */
  NodeCounts nodeCounts() {
    Notifier kernel = notifier;
    return kernel == null ? NodeCounts.NONE : kernel.nodeCounts();
  }

  /** Waits until the kernel has been told; false when the time was over first. */
  boolean awaitTold(Duration atMost) throws InterruptedException {
    Notifier kernel = notifier;
    return kernel == null || kernel.awaitSent(atMost);
  }
}
