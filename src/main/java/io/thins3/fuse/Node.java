package io.thins3.fuse;

import org.jspecify.annotations.Nullable;

/**
 * One incarnation of a file or directory, as a file system names it to the kernel.
 *
 * <p>Opaque to the transports, which map node objects to the kernel's node ids. Two lookups that
 * mean the same incarnation must return nodes that are equal; an incarnation that was replaced
 * (another version of the file) must be a node that is not equal to the old one, because the kernel
 * keeps pages and size per node. Logs show a node as its {@code toString} does: best as its path.
 * Implementations are thread-safe.
 */
public interface Node {
  /**
   * The name in its directory by which the kernel can be made to forget this node when it knows too
   * many of them: whoever needs it again looks the name up again. Null when it is to be kept: a
   * root, or a file that is open, whose name would read as deleted in /proc.
   */
  default @Nullable String disposableName() {
    return null;
  }
}
