package io.thins3.fuse.libfuse;

import io.thins3.fuse.Attributes;
import io.thins3.fuse.Caller;
import io.thins3.fuse.Entry;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.FileType;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.Node;
import org.jspecify.annotations.Nullable;

/**
 * Finds the nodes that libfuse's paths mean: by one lookup for each component, every time. Nothing
 * is remembered, so a path always means what the file system says now; file systems on slow stores
 * have their own cache.
 */
final class NodePaths {
  private final FileSystem fileSystem;

  NodePaths(FileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  /**
   * A node that was found.
   *
   * @param known its attributes where the lookup brought them: everywhere but at the root
   */
  record Found(Node node, @Nullable Attributes known) {}

  /** A name in a directory. */
  record Place(Node parent, String name) {}

  /** The node at an absolute path. */
  Found find(String path, Caller caller) throws FuseException {
    Found found = new Found(fileSystem.root(), null);
    int start = 1;
    while (start < path.length()) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      found = step(found, path.substring(start, end), caller);
      start = end + 1;
    }
    return found;
  }

  private Found step(Found from, String name, Caller caller) throws FuseException {
    if (from.known() != null && from.known().type() != FileType.DIRECTORY) {
      throw new FuseException(Errno.ENOTDIR);
    }
    Entry entry = fileSystem.lookup(from.node(), name, caller).entry();
    if (entry == null) {
      throw new FuseException(Errno.ENOENT);
    }
    return new Found(entry.node(), entry.attributes());
  }

  /** Directory and name of a path, of which only the directory must exist. */
  Place place(String path, Caller caller) throws FuseException {
    int slash = path.lastIndexOf('/');
    if (slash == path.length() - 1) {
      throw new FuseException(Errno.EBUSY, "the root has no name", null);
    }
    return new Place(find(path.substring(0, slash), caller).node(), path.substring(slash + 1));
  }

  /** Attributes, fresh or as the lookup brought them. */
  Attributes attributes(Found found) throws FuseException {
    return found.known() != null
        ? found.known()
        : fileSystem.getattr(found.node(), null).attributes();
  }

  /** The path of the directory that a path is in; the root is in itself. */
  static String parent(String path) {
    return path.substring(0, Math.max(1, path.lastIndexOf('/')));
  }
}
