package io.thins3.fs;

import io.thins3.meta.DirectoryListing;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The listings that walks are followed by: those that the metadata cache believes, and the last
 * ones seen of a few directories. An old one still tells the order, when an entry was replaced or
 * its time has come to be listed anew, so the walk is not lost. Not thread-safe.
 */
final class KnownDirectories {
  /** Each of at most {@link WalkedDirectory#MOST_NUMBERED} entries: 10 MB if all were unshared. */
  private static final int REMEMBERED = 16;

  private final Function<String, @Nullable DirectoryListing> believed;
  private final ToLongFunction<String> inode;
  private final Map<String, WalkedDirectory> remembered =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, WalkedDirectory> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * @param believed gives the listing that the metadata cache has, without asking
   * @param inode the inode number of a path
   */
  KnownDirectories(
      Function<String, @Nullable DirectoryListing> believed, ToLongFunction<String> inode) {
    this.believed = believed;
    this.inode = inode;
  }

  /** What is believed of a directory, else what was seen last, else null. */
  @Nullable WalkedDirectory find(String path) {
    WalkedDirectory now = findBelieved(path);
    return now == null ? remembered.get(path) : now;
  }

  /** What is believed of a directory, or null. */
  @Nullable WalkedDirectory findBelieved(String path) {
    DirectoryListing listing = believed.apply(path);
    if (listing == null) {
      return null;
    }
    WalkedDirectory last = remembered.get(path);
    if (last != null && last.listing() == listing) {
      return last;
    }
    WalkedDirectory now = new WalkedDirectory(path, listing, inode);
    if (listing.size() <= WalkedDirectory.MOST_NUMBERED) {
      remembered.put(path, now);
    } else {
      remembered.remove(path);
    }
    return now;
  }

  /** Whether a directory that is not believed any more is worth listing anew for its walker. */
  boolean isRemembered(String path) {
    return remembered.containsKey(path);
  }
}
