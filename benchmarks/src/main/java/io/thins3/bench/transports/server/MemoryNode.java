package io.thins3.bench.transports.server;

import io.thins3.fuse.Attributes;
import io.thins3.fuse.FileHandle;
import io.thins3.fuse.FileType;
import io.thins3.fuse.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file or directory. It is its own handle, because nothing of it changes once the tree is built.
 */
final class MemoryNode implements Node, FileHandle, io.thins3.fuse.DirectoryHandle {
  /** Some moment, the same for all. */
  static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);

  final String name;
  final Attributes attributes;

  /** Whether reads are answered late. */
  final boolean late;

  /** In the order of a listing; empty for a file. */
  final List<MemoryNode> children = new ArrayList<>();

  private final Map<String, MemoryNode> byName = new HashMap<>();

  MemoryNode(String name, long ino, FileType type, long size, boolean late) {
    boolean directory = type == FileType.DIRECTORY;
    this.name = name;
    this.late = late;
    this.attributes =
        new Attributes(
            ino, type, directory ? 0755 : 0644, directory ? 2 : 1, 0, 0, size, TIME, TIME, TIME);
  }

  void add(MemoryNode child) {
    children.add(child);
    byName.put(child.name, child);
  }

  @Nullable MemoryNode child(String childName) {
    return byName.get(childName);
  }
}
