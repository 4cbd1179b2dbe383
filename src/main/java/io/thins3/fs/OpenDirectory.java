package io.thins3.fs;

import io.thins3.fs.ObjectNode.DirectoryNode;
import io.thins3.fs.ObjectNode.FileNode;
import io.thins3.fuse.DirectoryHandle;
import io.thins3.fuse.DirectorySink;
import io.thins3.fuse.Entry;
import io.thins3.fuse.FileType;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.Node;
import io.thins3.meta.DirectoryReader;
import io.thins3.meta.ListedEntries;
import io.thins3.meta.Names;
import io.thins3.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A directory being listed. Positions are those of a {@link DirectoryReader}, so whatever changes
 * meanwhile, no entry comes twice, and none that was there all the time is left out; position 0
 * (open, or rewinddir) takes another one. Thread-safe; no lock is held while it waits for the
 * store.
 */
final class OpenDirectory implements DirectoryHandle {
  private final Node node;
  private volatile @Nullable Listing listing;

  OpenDirectory(Node node) {
    this.node = node;
  }

  Node node() {
    return node;
  }

  void read(long offset, DirectorySink sink) throws FuseException {
    if (node instanceof VirtualDirectory directory) {
      readVirtual(directory, offset, sink);
    } else if (node instanceof DirectoryNode directory) {
      Listing entries = listing;
      if (entries == null || offset == 0) {
        directory.bucket().siblings().listed(directory.path());
        entries = list(directory);
        listing = entries;
      }
      try {
        if (entries.addNew(directory, offset, sink)) {
          readEntries(directory, entries, Math.max(offset, entries.created.size()), sink);
        }
      } catch (StoreException e) {
        throw ErrnoMapping.onPath(e);
      }
    }
  }

  /**
   * What is listed.
   *
   * @param created files that no listing can have yet, which come first: their positions are below
   *     those of the others
   */
  private record Listing(List<String> created, DirectoryReader reader) {
    /** Gives what is new; false when the kernel takes no more. */
    boolean addNew(DirectoryNode directory, long offset, DirectorySink sink) {
      Bucket bucket = directory.bucket();
      for (int i = (int) Math.min(offset, created.size()); i < created.size(); i++) {
        String name = created.get(i);
        String path = Names.child(directory.path(), name);
        FileWriting writing = bucket.writing();
        FileNode file = writing == null ? null : writing.unpublished(path);
        // By now it may be published, or gone: then its name alone is given.
        boolean taken =
            (file != null && sink.wantsAttributes())
                ? sink.add(name, i + 1L, bucket.writtenEntry(file))
                : sink.add(name, i + 1L, bucket.inode(path), FileType.REGULAR);
        if (!taken) {
          return false;
        }
      }
      return true;
    }
  }

  private static Listing list(DirectoryNode directory) {
    Bucket bucket = directory.bucket();
    FileWriting writing = bucket.writing();
    List<String> created =
        writing == null ? List.of() : List.copyOf(writing.unpublishedIn(directory.path()));
    return new Listing(created, bucket.tree().read(directory.path()));
  }

  private static void readEntries(
      DirectoryNode directory, Listing listing, long offset, DirectorySink sink)
      throws StoreException {
    DirectoryReader reader = listing.reader;
    int before = listing.created.size();
    long position = offset - before;
    do {
      DirectoryReader.Part part = reader.at(position);
      if (part == null) {
        return;
      }
      ListedEntries entries = part.entries();
      for (int i = (int) (position - part.start()); i < entries.size(); i++) {
        if (!add(directory, listing, part, i, sink)) {
          return;
        }
      }
      position = part.start() + entries.size();
    } while (reader.isReady(position)); // else the kernel has something to do in the meantime
  }

  private static boolean add(
      DirectoryNode directory,
      Listing listing,
      DirectoryReader.Part part,
      int index,
      DirectorySink sink) {
    Bucket bucket = directory.bucket();
    ListedEntries entries = part.entries();
    String name = entries.name(index);
    if (!listing.created.isEmpty() && listing.created.contains(name)) {
      return true; // published since: it was given
    }
    String path = Names.child(directory.path(), name);
    long next = listing.created.size() + part.start() + index + 1;
    if (!sink.wantsAttributes()) {
      FileType type = entries.isDirectory(index) ? FileType.DIRECTORY : FileType.REGULAR;
      return sink.add(name, next, bucket.inode(path), type);
    }
    Duration validFor = listing.reader.isRefreshed(path) ? Duration.ZERO : part.validFor();
    return sink.add(name, next, bucket.entry(path, entries.metadata(index), validFor));
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
