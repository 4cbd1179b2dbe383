package io.thins3.fs;

import io.thins3.fuse.Node;
import io.thins3.meta.Names;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Drops what is known below a path, here and in the kernel. Thread-safe; does not wait. */
final class TreeRefresh {
  private final Node root;
  private final KernelCaches kernel;

  TreeRefresh(Node root, KernelCaches kernel) {
    this.root = root;
    this.kernel = kernel;
  }

  /** See {@link ObjectFileSystem#refresh(String)}. */
  void refresh(String path) {
    Node node = root;
    String[] names = path.replaceAll("^/+|/+$", "").split("/+", -1);
    int next = 0;
    while (node instanceof VirtualDirectory directory
        && next < names.length
        && !names[next].isEmpty()) {
      @Nullable Node child = directory.children().get(names[next]);
      if (child == null) {
        return; // nothing is remembered of it
      }
      node = child;
      next++;
    }
    refresh(node, String.join("/", List.of(names).subList(next, names.length)));
  }

  /** Of a node and what lies below it. */
  void refresh(Node node) {
    refresh(node, "");
  }

  private void refresh(Node node, String below) {
    if (node instanceof VirtualDirectory directory) {
      directory.children().values().forEach(child -> refresh(child, ""));
    } else if (node instanceof ObjectNode object) {
      String path = below.isEmpty() ? object.path() : Names.child(object.path(), below);
      object.bucket().tree().refresh(path); // before the kernel can ask again
      object.bucket().extendedAttributes().refresh(path);
      kernel.refresh(object.bucket(), path);
    }
  }
}
