package io.thins3.meta;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.thins3.meta.Metadata.DirectoryMetadata;
import io.thins3.meta.Metadata.FileMetadata;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Some entries of a directory that follow each other, in {@link NameOrder}: about what one page of
 * a listing gave. Immutable; columns instead of entry objects, because a cache holds a million of
 * them: 40 bytes for each, and its name.
 */
public final class ListedEntries {
  /** In the size column: this entry is a directory. */
  private static final long DIRECTORY = -1;

  /** Of directories: any that takes no room of its own. */
  private static final String NO_TAG = "\"00000000000000000000000000000000\"";

  private static final DirectoryMetadata DIRECTORY_METADATA = new DirectoryMetadata();

  /** Objects and the headers of their arrays. */
  private static final long FIXED_BYTES = 240;

  static final ListedEntries NONE = new Builder().build();

  private final byte[] names;
  private final int[] ends;
  private final long[] sizes;
  private final long[] modifiedSeconds;
  private final EntryTags tags;

  private ListedEntries(Builder builder) {
    names = Arrays.copyOf(builder.names, builder.end());
    ends = Arrays.copyOf(builder.ends, builder.count);
    sizes = Arrays.copyOf(builder.sizes, builder.count);
    modifiedSeconds = Arrays.copyOf(builder.modifiedSeconds, builder.count);
    tags = builder.tags.build();
  }

  /** Number of entries. */
  public int size() {
    return ends.length;
  }

  private int start(int index) {
    return index == 0 ? 0 : ends[index - 1];
  }

  /** Name of an entry, 0 to {@link #size} - 1. */
  public String name(int index) {
    int start = start(index);
    return new String(names, start, ends[index] - start, UTF_8);
  }

  byte[] nameBytes(int index) {
    return Arrays.copyOfRange(names, start(index), ends[index]);
  }

  /** Whether an entry is a directory. */
  public boolean isDirectory(int index) {
    return sizes[index] == DIRECTORY;
  }

  /** What an entry is. */
  public Metadata metadata(int index) {
    return isDirectory(index)
        ? DIRECTORY_METADATA
        : new FileMetadata(
            sizes[index], tags.get(index), Instant.ofEpochSecond(modifiedSeconds[index]));
  }

  /** Bytes of a file. */
  long fileSize(int index) {
    if (isDirectory(index)) {
      throw new IllegalArgumentException(name(index) + " is a directory");
    }
    return sizes[index];
  }

  /** Where a name stands; when it is not there, -1 - the place where it would stand. */
  int indexOf(byte[] name) {
    int low = 0;
    int high = ends.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compare(middle, name);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1 - low;
  }

  /** How an entry's name stands to another name. */
  int compare(int index, byte[] name) {
    return NameOrder.compare(names, start(index), ends[index], name, 0, name.length);
  }

  /** Bytes of memory, about. */
  long bytes() {
    return FIXED_BYTES + names.length + 20L * ends.length + tags.bytes();
  }

  /** The same entries but for one: other metadata, a new name, or without it (null). */
  ListedEntries with(byte[] name, @Nullable Metadata metadata) {
    int found = indexOf(name);
    int place = found < 0 ? -1 - found : found;
    Builder changed = new Builder();
    for (int i = 0; i < place; i++) {
      changed.add(this, i);
    }
    if (metadata != null) {
      changed.add(name, metadata);
    }
    for (int i = found < 0 ? place : place + 1; i < size(); i++) {
      changed.add(this, i);
    }
    return changed.build();
  }

  /** The entries from one index up to another one. */
  ListedEntries range(int from, int to) {
    Builder range = new Builder();
    for (int i = from; i < to; i++) {
      range.add(this, i);
    }
    return range.build();
  }

  /** Takes entries in their order. Not thread-safe. */
  static final class Builder {
    private byte[] names = new byte[256];
    private int[] ends = new int[16];
    private long[] sizes = new long[16];
    private long[] modifiedSeconds = new long[16];
    private final EntryTags.Builder tags = new EntryTags.Builder();
    private int count;

    int size() {
      return count;
    }

    private int end() {
      return count == 0 ? 0 : ends[count - 1];
    }

    /** Whether a name stands behind all that were added. */
    boolean isBehind(byte[] name) {
      return count == 0
          || NameOrder.compare(
                  names, count == 1 ? 0 : ends[count - 2], ends[count - 1], name, 0, name.length)
              < 0;
    }

    void add(byte[] name, Metadata metadata) {
      if (metadata instanceof FileMetadata file) {
        addFile(name, file.size(), file.etag(), file.lastModified().getEpochSecond());
      } else {
        addDirectory(name);
      }
    }

    void add(ListedEntries from, int index) {
      if (from.isDirectory(index)) {
        addDirectory(from.nameBytes(index));
      } else {
        addFile(
            from.nameBytes(index),
            from.sizes[index],
            from.tags.get(index),
            from.modifiedSeconds[index]);
      }
    }

    void addFile(byte[] name, long size, String etag, long modified) {
      int end = end() + name.length;
      if (end > names.length) {
        names = Arrays.copyOf(names, Math.max(end, 2 * names.length));
      }
      if (count == ends.length) {
        ends = Arrays.copyOf(ends, 2 * count);
        sizes = Arrays.copyOf(sizes, 2 * count);
        modifiedSeconds = Arrays.copyOf(modifiedSeconds, 2 * count);
      }
      System.arraycopy(name, 0, names, end(), name.length);
      ends[count] = end;
      sizes[count] = size;
      modifiedSeconds[count] = modified;
      tags.add(etag);
      count++;
    }

    void addDirectory(byte[] name) {
      addFile(name, DIRECTORY, NO_TAG, 0);
    }

    ListedEntries build() {
      return new ListedEntries(this);
    }
  }
}
