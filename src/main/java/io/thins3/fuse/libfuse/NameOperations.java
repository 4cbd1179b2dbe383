package io.thins3.fuse.libfuse;

import io.thins3.fuse.AttributeChange;
import io.thins3.fuse.Attributes;
import io.thins3.fuse.Caller;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.FileType;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.Node;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Supplier;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/** The operations on paths: everything but open files, directories and extended attributes. */
final class NameOperations {
  /** sys/stat.h. */
  private static final int S_IFMT = 0170000;

  private static final int PERMISSIONS = 07777;

  private final FileSystem fileSystem;
  private final NodePaths paths;
  private final PageVersions versions;
  private final Supplier<Caller> caller;
  private final Clock clock;

  NameOperations(
      FileSystem fileSystem,
      NodePaths paths,
      PageVersions versions,
      Supplier<Caller> caller,
      Clock clock) {
    this.fileSystem = fileSystem;
    this.paths = paths;
    this.versions = versions;
    this.caller = caller;
    this.clock = clock;
  }

  private NodePaths.Found find(Pointer path) throws FuseException {
    return paths.find(Utf8.decode(path), caller.get());
  }

  int getattr(Pointer path, Pointer stat) throws FuseException {
    String name = Utf8.decode(path);
    NodePaths.Found found = paths.find(name, caller.get());
    Attributes attributes = paths.attributes(found);
    versions.told(name, found.node(), attributes);
    NativeStructs.stat(stat, attributes);
    return 0;
  }

  int access(Pointer path, int mask) throws FuseException {
    fileSystem.access(find(path).node(), mask, caller.get());
    return 0;
  }

  int statfs(Pointer path, Pointer statvfs) throws FuseException {
    NativeStructs.statvfs(statvfs, fileSystem.statfs(find(path).node()));
    return 0;
  }

  int readlink(Pointer path, Pointer buffer, long size) throws FuseException {
    byte[] target = Utf8.bytes(fileSystem.readlink(find(path).node()));
    // What does not fit is cut, as readlink(2) does; libfuse wants the zero at the end.
    int length = (int) Math.min(target.length, size - 1);
    buffer.put(0, target, 0, length);
    buffer.putByte(length, (byte) 0);
    return 0;
  }

  int mknod(Pointer path, long mode) throws FuseException {
    int type = (int) mode & S_IFMT;
    if (type != 0 && type != FileType.REGULAR.modeBits()) {
      throw new FuseException(Errno.EPERM);
    }
    NodePaths.Place place = place(path);
    fileSystem.mknod(place.parent(), place.name(), (int) mode & PERMISSIONS, caller.get());
    return 0;
  }

  int mkdir(Pointer path, long mode) throws FuseException {
    NodePaths.Place place = place(path);
    fileSystem.mkdir(place.parent(), place.name(), (int) mode & PERMISSIONS, caller.get());
    return 0;
  }

  int unlink(Pointer path) throws FuseException {
    String gone = Utf8.decode(path);
    NodePaths.Place place = paths.place(gone, caller.get());
    fileSystem.unlink(place.parent(), place.name(), caller.get());
    versions.removed(gone);
    return 0;
  }

  int rmdir(Pointer path) throws FuseException {
    NodePaths.Place place = place(path);
    fileSystem.rmdir(place.parent(), place.name(), caller.get());
    return 0;
  }

  int symlink(Pointer target, Pointer path) throws FuseException {
    NodePaths.Place place = place(path);
    fileSystem.symlink(place.parent(), place.name(), Utf8.decode(target), caller.get());
    return 0;
  }

  int rename(Pointer from, Pointer to) throws FuseException {
    String source = Utf8.decode(from);
    String target = Utf8.decode(to);
    NodePaths.Place old = paths.place(source, caller.get());
    NodePaths.Place place = paths.place(target, caller.get());
    fileSystem.rename(old.parent(), old.name(), place.parent(), place.name(), 0, caller.get());
    versions.renamed(source, target);
    return 0;
  }

  int chmod(Pointer path, long mode) throws FuseException {
    return change(
        find(path).node(),
        new AttributeChange(null, (int) mode & PERMISSIONS, null, null, null, null));
  }

  int chown(Pointer path, long uid, long gid) throws FuseException {
    return change(find(path).node(), new AttributeChange(null, null, id(uid), id(gid), null, null));
  }

  /** (uid_t) -1 leaves an owner as it is. */
  private static @Nullable Integer id(long id) {
    return (int) id == -1 ? null : Integer.valueOf((int) id);
  }

  int truncate(Pointer path, long size) throws FuseException {
    return change(find(path).node(), new AttributeChange(size, null, null, null, null, null));
  }

  int utimens(Pointer path, @Nullable Pointer times) throws FuseException {
    Instant now = clock.instant();
    return change(
        find(path).node(),
        new AttributeChange(
            null,
            null,
            null,
            null,
            NativeStructs.time(times, 0, now),
            NativeStructs.time(times, 1, now)));
  }

  private int change(Node node, AttributeChange change) throws FuseException {
    fileSystem.setattr(node, null, change, caller.get());
    return 0;
  }

  private NodePaths.Place place(Pointer path) throws FuseException {
    return paths.place(Utf8.decode(path), caller.get());
  }
}
