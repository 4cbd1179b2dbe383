package io.thins3.fs;

import io.thins3.fuse.Attributes;
import io.thins3.fuse.FileType;
import io.thins3.fuse.Node;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A directory above the buckets, where several are served in one mount, or none is. It is answered
 * from memory: nothing that a store does can delay it. Immutable once {@link #of} returns.
 */
final class VirtualDirectory implements Node {
  private final String path;
  private final Instant mountTime;
  private final Map<String, Node> children = new TreeMap<>();

  private VirtualDirectory(String path, Instant mountTime) {
    this.path = path;
    this.mountTime = mountTime;
  }

  /**
   * The root of a mount with these buckets at their paths: the bucket itself when one lies at "/".
   *
   * @throws IllegalArgumentException when one mount lies inside another; configuration refuses that
   */
  static Node of(List<Bucket> buckets, Instant mountTime) {
    VirtualDirectory root = new VirtualDirectory("", mountTime);
    for (Bucket bucket : buckets) {
      String path = bucket.mount().path();
      if (path.equals("/")) {
        if (buckets.size() > 1) {
          throw new IllegalArgumentException("a mount at / among " + buckets.size());
        }
        return bucket.root();
      }
      root.place(path.substring(1), bucket);
    }
    return root;
  }

  private void place(String relative, Bucket bucket) {
    VirtualDirectory directory = this;
    String[] components = relative.split("/", -1);
    for (int i = 0; i < components.length - 1; i++) {
      String name = components[i];
      String below = directory.path + "/" + name;
      Node next =
          directory.children.computeIfAbsent(name, n -> new VirtualDirectory(below, mountTime));
      if (!(next instanceof VirtualDirectory inner)) {
        throw new IllegalArgumentException("mount /" + relative + " lies inside another mount");
      }
      directory = inner;
    }
    if (directory.children.putIfAbsent(components[components.length - 1], bucket.root()) != null) {
      throw new IllegalArgumentException("mount /" + relative + " lies over another mount");
    }
  }

  /** The entries by name, sorted. */
  Map<String, Node> children() {
    return children;
  }

  /** Where it lies in the mount, for the log. */
  @Override
  public String toString() {
    return path.isEmpty() ? "/" : path;
  }

  Attributes attributes() {
    return new Attributes(
        InodeNumber.of("", path),
        FileType.DIRECTORY,
        0755,
        1,
        0,
        0,
        0,
        mountTime,
        mountTime,
        mountTime);
  }
}
