package io.thins3.fs;

import io.thins3.fs.ObjectNode.DirectoryNode;
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
  private volatile @Nullable DirectoryReader reader;

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
      DirectoryReader entries = reader;
      if (entries == null || offset == 0) {
        directory.bucket().siblings().listed(directory.path());
        entries = directory.bucket().tree().read(directory.path());
        reader = entries;
      }
      try {
        readEntries(directory, entries, offset, sink);
      } catch (StoreException e) {
        throw ErrnoMapping.onPath(e);
      }
    }
  }

  private static void readEntries(
      DirectoryNode directory, DirectoryReader reader, long offset, DirectorySink sink)
      throws StoreException {
    long position = offset;
    do {
      DirectoryReader.Part part = reader.at(position);
      if (part == null) {
        return;
      }
      ListedEntries entries = part.entries();
      for (int i = (int) (position - part.start()); i < entries.size(); i++) {
        if (!add(directory, reader, part, i, sink)) {
          return;
        }
      }
      position = part.start() + entries.size();
    } while (reader.isReady(position)); // else the kernel has something to do in the meantime
  }

  private static boolean add(
      DirectoryNode directory,
      DirectoryReader reader,
      DirectoryReader.Part part,
      int index,
      DirectorySink sink) {
    Bucket bucket = directory.bucket();
    ListedEntries entries = part.entries();
    String name = entries.name(index);
    String path = Names.child(directory.path(), name);
    long next = part.start() + index + 1;
    if (!sink.wantsAttributes()) {
      FileType type = entries.isDirectory(index) ? FileType.DIRECTORY : FileType.REGULAR;
      return sink.add(name, next, bucket.inode(path), type);
    }
    Duration validFor = reader.isRefreshed(path) ? Duration.ZERO : part.validFor();
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
