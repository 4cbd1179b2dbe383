package io.thins3.meta;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All entries of one directory at one moment, in the order of the UTF-8 bytes of {@code name + "/"}
 * ({@link NameOrder}). Immutable; a change makes another listing, which shares all parts but one.
 */
public final class DirectoryListing {
  /** Parts that changes have made larger are split: each change copies one. */
  private static final int LARGEST_PART = 2048;

  private final List<ListedEntries> parts;
  private final int[] starts;
  private final int size;
  private final long bytes;

  /**
   * @param parts in order
   */
  DirectoryListing(List<ListedEntries> parts) {
    this.parts = parts.stream().filter(part -> part.size() > 0).toList();
    this.starts = new int[this.parts.size()];
    int count = 0;
    long sum = 100;
    for (int i = 0; i < starts.length; i++) {
      starts[i] = count;
      count += this.parts.get(i).size();
      sum += this.parts.get(i).bytes() + 8;
    }
    this.size = count;
    this.bytes = sum;
  }

  /**
   * A listing of parts, and of entries that belong among them.
   *
   * @param late by their names; one that the parts have already counts for nothing
   */
  static DirectoryListing of(List<ListedEntries> parts, Map<byte[], Metadata> late) {
    DirectoryListing listing = new DirectoryListing(parts);
    for (Map.Entry<byte[], Metadata> entry : late.entrySet()) {
      String name = new String(entry.getKey(), UTF_8);
      if (listing.indexOf(name) < 0) {
        listing = listing.with(name, entry.getValue());
      }
    }
    return listing;
  }

  /** Number of entries. */
  public int size() {
    return size;
  }

  /** Bytes of memory, about. */
  long bytes() {
    return bytes;
  }

  List<ListedEntries> parts() {
    return parts;
  }

  /** Name of an entry, 0 to {@link #size} - 1, in ascending order. */
  public String name(int index) {
    int part = part(index);
    return parts.get(part).name(index - starts[part]);
  }

  /** Whether an entry is a directory. */
  public boolean isDirectory(int index) {
    int part = part(index);
    return parts.get(part).isDirectory(index - starts[part]);
  }

  /** What an entry is. */
  public Metadata metadata(int index) {
    int part = part(index);
    return parts.get(part).metadata(index - starts[part]);
  }

  /** Bytes of a file. */
  public long fileSize(int index) {
    int part = part(index);
    return parts.get(part).fileSize(index - starts[part]);
  }

  /** Where a name stands, negative when the directory has no such entry. */
  public int indexOf(String name) {
    byte[] bytes = name.getBytes(UTF_8);
    int part = part(bytes);
    int index = part < 0 ? -1 : parts.get(part).indexOf(bytes);
    return index < 0 ? -1 : starts[part] + index;
  }

  /** What a name is, or null when the directory has no such entry. */
  public @Nullable Metadata find(String name) {
    byte[] bytes = name.getBytes(UTF_8);
    int part = part(bytes);
    int index = part < 0 ? -1 : parts.get(part).indexOf(bytes);
    return index < 0 ? null : parts.get(part).metadata(index);
  }

  /** The last name; null when there is none. */
  byte @Nullable [] lastName() {
    if (parts.isEmpty()) {
      return null;
    }
    ListedEntries last = parts.get(parts.size() - 1);
    return last.nameBytes(last.size() - 1);
  }

  /**
   * The listing with one entry changed.
   *
   * @param metadata what the name is now; null: it is not there
   */
  DirectoryListing with(String name, @Nullable Metadata metadata) {
    byte[] bytes = name.getBytes(UTF_8);
    List<ListedEntries> changed = new ArrayList<>(parts);
    int part = Math.max(0, part(bytes));
    ListedEntries one =
        (parts.isEmpty() ? ListedEntries.NONE : parts.get(part)).with(bytes, metadata);
    if (parts.isEmpty()) {
      changed.add(one);
    } else {
      changed.set(part, one);
    }
    if (one.size() > LARGEST_PART) {
      changed.set(part, one.range(0, one.size() / 2));
      changed.add(part + 1, one.range(one.size() / 2, one.size()));
    }
    return new DirectoryListing(changed);
  }

  /** The part that holds an index. */
  private int part(int index) {
    int low = 0;
    int high = starts.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (starts[middle] <= index) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** The part that a name is in if any is: the last that does not begin behind it. */
  private int part(byte[] name) {
    return partOf(parts, name);
  }

  /** Of parts that are not empty the last that does not begin behind a name, or -1. */
  static int partOf(List<ListedEntries> parts, byte[] name) {
    int low = -1;
    int high = parts.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >> 1;
      if (parts.get(middle).compare(0, name) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
