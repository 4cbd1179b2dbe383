package io.thins3.fs;

import io.thins3.meta.DirectoryListing;
import io.thins3.meta.Names;
import java.util.Arrays;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** A directory's entries in the orders in which they may be walked. Not thread-safe. */
final class WalkedDirectory {
  /** Sorting more entries by their numbers takes longer than a request saves. */
  static final int MOST_NUMBERED = 4096;

  /** Stretches of large files that are looked over. */
  private static final int MOST_LOOKED_AT = 64;

  private final String path;
  private final DirectoryListing listing;
  private final ToLongFunction<String> inode;
  private int @Nullable [] byNumber;
  private int @Nullable [] placeByNumber;

  /**
   * @param inode the inode number of a path
   */
  WalkedDirectory(String path, DirectoryListing listing, ToLongFunction<String> inode) {
    this.path = path;
    this.listing = listing;
    this.inode = inode;
  }

  String path() {
    return path;
  }

  DirectoryListing listing() {
    return listing;
  }

  int size() {
    return listing.size();
  }

  /** The path of an entry. */
  String child(int index) {
    return Names.child(path, listing.name(index));
  }

  /** The place of a name in an order, from 0; negative when it is not there. */
  int place(EntryOrder order, String name) {
    int index = listing.indexOf(name);
    if (index < 0 || order == EntryOrder.NAME) {
      return index;
    }
    number();
    return placeByNumber == null ? -1 : placeByNumber[index];
  }

  /** The index in the listing of the entry at a place, which {@link #place} may have told. */
  int index(EntryOrder order, int place) {
    if (order == EntryOrder.NAME) {
      return place;
    }
    number();
    return byNumber == null ? place : byNumber[place];
  }

  /**
   * How many entries a walk would have gone to that lie between two places: directories, and files
   * that cost a request when they are opened and are small.
   *
   * @param most more than this is not counted: the answer is larger, that is all
   */
  int skipped(EntryOrder order, int after, int before, int most) {
    int skipped = Math.max(0, before - after - 1 - MOST_LOOKED_AT);
    for (int place = after + 1; place < before && skipped <= most; place++) {
      int index = index(order, place);
      skipped += listing.isDirectory(index) || isSmall(index) ? 1 : 0;
    }
    return skipped;
  }

  /** Whether an entry is a file that may be fetched ahead. */
  boolean isSmall(int index) {
    return !listing.isDirectory(index) && SiblingReadAhead.isSmall(listing.fileSize(index));
  }

  private void number() {
    if (byNumber != null || size() > MOST_NUMBERED) {
      return;
    }
    long[] numbers = new long[size()];
    Integer[] indexes = new Integer[size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = inode.applyAsLong(child(i));
      indexes[i] = i;
    }
    // Programs compare them as the unsigned numbers that they are.
    Arrays.sort(indexes, (a, b) -> Long.compareUnsigned(numbers[a], numbers[b]));
    int[] sorted = new int[indexes.length];
    int[] places = new int[indexes.length];
    for (int place = 0; place < sorted.length; place++) {
      sorted[place] = indexes[place];
      places[indexes[place]] = place;
    }
    byNumber = sorted;
    placeByNumber = places;
  }
}
