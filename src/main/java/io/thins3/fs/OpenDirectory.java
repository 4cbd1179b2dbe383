package io.thins3.fs;

import io.thins3.fs.ObjectNode.DirectoryNode;
import io.thins3.fuse.DirectoryHandle;
import io.thins3.fuse.DirectorySink;
import io.thins3.fuse.Entry;
import io.thins3.fuse.FileType;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.Node;
import io.thins3.meta.DirectoryListing;
import io.thins3.meta.Listing;
import io.thins3.meta.Names;
import io.thins3.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A directory being listed. Positions are indexes into one snapshot, so whatever changes meanwhile,
 * no entry of the snapshot comes twice or is left out; position 0 (open, or rewinddir) takes a new
 * snapshot. Not thread-safe for one handle: the kernel asks one question at a time per open
 * directory, and {@link #read} is synchronized for the rest.
 */
final class OpenDirectory implements DirectoryHandle {
  private final Node node;
  private @Nullable Listing snapshot;
  private long refreshMark;

  OpenDirectory(Node node) {
    this.node = node;
  }

  synchronized void read(long offset, DirectorySink sink) throws FuseException {
    if (node instanceof VirtualDirectory directory) {
      readVirtual(directory, offset, sink);
    } else if (node instanceof DirectoryNode directory) {
      Listing listing = snapshot;
      if (listing == null || offset == 0) {
        try {
          directory.bucket().siblings().listed(directory.path());
          refreshMark = directory.bucket().tree().refreshMark();
          listing = directory.bucket().tree().list(directory.path());
        } catch (StoreException e) {
          throw ErrnoMapping.onPath(e);
        }
        snapshot = listing;
      }
      readListing(directory, listing, offset, sink);
    }
  }

  private void readListing(
      DirectoryNode directory, Listing listing, long offset, DirectorySink sink) {
    DirectoryListing entries = listing.entries();
    Bucket bucket = directory.bucket();
    for (int i = (int) offset; i < entries.size(); i++) {
      String name = entries.name(i);
      String path = Names.child(directory.path(), name);
      boolean taken =
          sink.wantsAttributes()
              ? sink.add(
                  name,
                  i + 1L,
                  bucket.entry(path, entries.metadata(i), validFor(bucket, path, listing)))
              : sink.add(
                  name,
                  i + 1L,
                  bucket.inode(path),
                  entries.isDirectory(i) ? FileType.DIRECTORY : FileType.REGULAR);
      if (!taken) {
        return;
      }
    }
  }

  /** A snapshot of before a refresh is read to its end, but nobody is to believe it after that. */
  private Duration validFor(Bucket bucket, String path, Listing listing) {
    return bucket.tree().isRefreshed(refreshMark, path) ? Duration.ZERO : listing.validFor();
  }

  private static void readVirtual(VirtualDirectory directory, long offset, DirectorySink sink) {
    List<Map.Entry<String, Node>> children = new ArrayList<>(directory.children().entrySet());
    for (int i = (int) offset; i < children.size(); i++) {
      String name = children.get(i).getKey();
      Entry entry = ObjectFileSystem.localEntry(children.get(i).getValue());
      boolean taken =
          sink.wantsAttributes()
              ? sink.add(name, i + 1L, entry)
              : sink.add(name, i + 1L, entry.attributes().ino(), FileType.DIRECTORY);
      if (!taken) {
        return;
      }
    }
  }
}
