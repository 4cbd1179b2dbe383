package io.thins3.meta;

import io.thins3.meta.Metadata.DirectoryMetadata;
import io.thins3.meta.Metadata.FileMetadata;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one directory at one moment, sorted by name. Immutable; columns instead of entry
 * objects, because a cache holds many of them.
 */
public final class DirectoryListing {
  /** In the size column: this entry is a directory. */
  private static final long DIRECTORY = -1;

  private static final DirectoryMetadata DIRECTORY_METADATA = new DirectoryMetadata();

  private final String[] names;
  private final long[] sizes;
  private final String[] etags;
  private final long[] modifiedSeconds;

  private DirectoryListing(int count) {
    names = new String[count];
    sizes = new long[count];
    etags = new String[count];
    modifiedSeconds = new long[count];
  }

  /** Number of entries. */
  public int size() {
    return names.length;
  }

  /** Name of an entry, 0 to {@link #size} - 1, in ascending order. */
  public String name(int index) {
    return names[index];
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
            sizes[index], etags[index], Instant.ofEpochSecond(modifiedSeconds[index]));
  }

  /** Bytes of a file. */
  public long fileSize(int index) {
    if (isDirectory(index)) {
      throw new IllegalArgumentException(names[index] + " is a directory");
    }
    return sizes[index];
  }

  /** Where a name stands, negative when the directory has no such entry. */
  public int indexOf(String name) {
    return Arrays.binarySearch(names, name);
  }

  /** What a name is, or null when the directory has no such entry. */
  public @Nullable Metadata find(String name) {
    int index = indexOf(name);
    return index < 0 ? null : metadata(index);
  }

  /** Collects entries in any order; a directory wins over a file of the same name. */
  static final class Builder {
    private final Map<String, Metadata> entries = new TreeMap<>();

    void addFile(String name, FileMetadata metadata) {
      entries.putIfAbsent(name, metadata);
    }

    void addDirectory(String name) {
      entries.put(name, DIRECTORY_METADATA);
    }

    DirectoryListing build() {
      DirectoryListing listing = new DirectoryListing(entries.size());
      int index = 0;
      for (Map.Entry<String, Metadata> entry : entries.entrySet()) {
        listing.names[index] = entry.getKey();
        if (entry.getValue() instanceof FileMetadata file) {
          listing.sizes[index] = file.size();
          listing.etags[index] = file.etag();
          listing.modifiedSeconds[index] = file.lastModified().getEpochSecond();
        } else {
          listing.sizes[index] = DIRECTORY;
          listing.etags[index] = "";
        }
        index++;
      }
      return listing;
    }
  }
}
