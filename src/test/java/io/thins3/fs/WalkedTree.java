package io.thins3.fs;

import io.thins3.meta.BucketTree;
import io.thins3.meta.CacheLimits;
import io.thins3.meta.Metadata.FileMetadata;
import io.thins3.store.StoreException;
import io.thins3.testing.FakeTicker;
import io.thins3.testing.Listed;
import io.thins3.testing.MemoryObjectStore;
import io.thins3.testing.Mounts;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** A tree in memory, of which some directories were listed. */
final class WalkedTree {
  static final Duration TTL = Duration.ofSeconds(60);

  final FakeTicker ticker = new FakeTicker();
  final MemoryObjectStore store = new MemoryObjectStore();
  final BucketTree tree =
      new BucketTree(
          store,
          Mounts.mount("", TTL, Duration.ofSeconds(1)),
          Runnable::run,
          ticker,
          CacheLimits.ofBytes(16 << 20),
          Duration.ofSeconds(30));
  final TreeWalk walk =
      new TreeWalk(new KnownDirectories(tree::listedNow, path -> InodeNumber.of("", path)));

  WalkedTree files(String directory, int count) {
    for (int i = 0; i < count; i++) {
      store.put(file(directory, i), "content");
    }
    return this;
  }

  static String file(String directory, int number) {
    return directory + "/f%04d".formatted(number);
  }

  WalkedTree listed(String... directories) throws StoreException {
    for (String directory : directories) {
      Listed.all(tree, directory);
    }
    return this;
  }

  /** A file and the listing that it is in are not known any more. */
  void forget(String path) throws StoreException {
    FileMetadata version = (FileMetadata) Objects.requireNonNull(tree.lookup(path).metadata());
    tree.forget(path, version.etag(), version.size());
  }

  static List<String> byInode(String... paths) {
    return Arrays.stream(paths)
        .sorted(Comparator.comparing(path -> InodeNumber.of("", path), Long::compareUnsigned))
        .toList();
  }
}
