package io.thins3.fuse;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A file, directory or symbolic link of a {@link MemoryFileSystem}, whose lock guards it. */
public final class MemoryNode implements Node {
  final FileType type;
  long ino;
  int permissions;
  int uid;
  int gid;
  Instant time = Instant.ofEpochSecond(1_700_000_000L, 123_456_789);
  Instant accessTime = time;
  MemoryContent content;
  final @Nullable String target;
  final Map<String, byte[]> xattrs = new LinkedHashMap<>();

  /** Children by name, and names by the position that they are listed behind. */
  final Map<String, Child> children = new TreeMap<>();

  final ConcurrentSkipListMap<Long, String> listing = new ConcurrentSkipListMap<>();

  record Child(MemoryNode node, long position) {}

  MemoryNode(FileType type, long ino, MemoryContent content, @Nullable String target) {
    this.type = type;
    this.ino = ino;
    this.permissions = type == FileType.DIRECTORY ? 0755 : 0644;
    this.content = content;
    this.target = target;
  }

  Attributes attributes() {
    long size = target != null ? target.getBytes(StandardCharsets.UTF_8).length : content.size();
    return new Attributes(
        ino,
        type,
        permissions,
        type == FileType.DIRECTORY ? 2 : 1,
        uid,
        gid,
        type == FileType.DIRECTORY ? 0 : size,
        accessTime,
        time,
        time);
  }

  /** The child of this name, whose type must be wanted. */
  MemoryNode child(String name, Predicate<FileType> wanted, Errno other) throws FuseException {
    Child child = children.get(name);
    if (child == null) {
      throw new FuseException(Errno.ENOENT);
    }
    if (!wanted.test(child.node().type)) {
      throw new FuseException(other);
    }
    return child.node();
  }

  /** As {@link OpenFlags#KILL_PRIVILEGES} says. */
  void killPrivileges() {
    int setUserId = 04000;
    int setGroupId = (permissions & 010) != 0 ? 02000 : 0;
    permissions &= ~(setUserId | setGroupId);
    xattrs.remove("security.capability");
  }

  /** Names from a position on. */
  List<Map.Entry<Long, String>> namesAfter(long position) {
    return new ArrayList<>(listing.tailMap(position, false).entrySet());
  }
}
