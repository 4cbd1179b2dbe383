package io.thins3.fs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.thins3.fs.ObjectNode.DirectoryNode;
import io.thins3.fs.ObjectNode.FileNode;
import io.thins3.meta.Metadata;
import io.thins3.meta.Metadata.FileMetadata;
import io.thins3.meta.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that are in use, by path. A path keeps its node while it is the same directory or the
 * same version of a file; another version is another node. Nodes that nobody holds (a transport,
 * for as long as the kernel knows them; an open handle) are collected, so nothing has to be counted
 * here.
 */
final class NodeTable {
  private final Bucket bucket;
  private final Cache<String, ObjectNode> nodes =
      Caffeine.newBuilder().weakValues().executor(Runnable::run).build();

  NodeTable(Bucket bucket) {
    this.bucket = bucket;
  }

  ObjectNode node(String path, Metadata metadata) {
    ObjectNode known = nodes.getIfPresent(path);
    if (known == null || !isIncarnation(known, metadata)) {
      known =
          nodes
              .asMap()
              .compute(
                  path,
                  (key, now) ->
                      now != null && isIncarnation(now, metadata) ? now : create(path, metadata));
    }
    if (known instanceof FileNode file && metadata instanceof FileMetadata version) {
      file.found(version);
    }
    return known;
  }

  /**
   * The node of a file that this mount creates: that which is written there already, or a new one.
   */
  FileNode created(String path, FileMetadata none) {
    ObjectNode node =
        nodes
            .asMap()
            .compute(
                path,
                (key, now) ->
                    now instanceof FileNode file && file.writing() != null
                        ? now
                        : new FileNode(bucket, path, none));
    if (!(node instanceof FileNode file)) {
      throw new IllegalStateException("no file: " + node);
    }
    return file;
  }

  /** A node's path is another's from now on, or nobody's. */
  void dropped(ObjectNode node) {
    nodes.asMap().remove(node.path(), node);
  }

  /** What lay at and below a path lies elsewhere now; what was there has no path any more. */
  void moved(String from, String to) {
    nodes.asMap().keySet().removeIf(path -> Names.isAtOrBelow(path, to));
    for (ObjectNode node : List.copyOf(nodes.asMap().values())) {
      String path = node.path();
      if (Names.isAtOrBelow(path, from) && nodes.asMap().remove(path, node)) {
        node.moveTo(to + path.substring(from.length()));
        nodes.put(node.path(), node);
      }
    }
  }

  /** The files in use below a directory. */
  List<FileNode> filesBelow(String directory) {
    List<FileNode> files = new ArrayList<>();
    for (ObjectNode node : nodes.asMap().values()) {
      if (node instanceof FileNode file && Names.isAtOrBelow(node.path(), directory)) {
        files.add(file);
      }
    }
    return files;
  }

  /** The node that a path has, if it is in use. */
  @Nullable ObjectNode find(String path) {
    return nodes.getIfPresent(path);
  }

  /** Gives each node that is in use, the bucket's root aside. Weakly consistent. */
  void forEach(Consumer<ObjectNode> action) {
    nodes.asMap().values().forEach(action);
  }

  private ObjectNode create(String path, Metadata metadata) {
    return metadata instanceof FileMetadata version
        ? new FileNode(bucket, path, version)
        : new DirectoryNode(bucket, path);
  }

  static boolean isIncarnation(ObjectNode node, Metadata metadata) {
    if (node instanceof FileNode file) {
      if (file.writing() != null) {
        return true; // whatever the store has by now
      }
      return metadata instanceof FileMetadata version
          && version.etag().equals(file.version().etag())
          && version.size() == file.version().size();
    }
    return metadata instanceof Metadata.DirectoryMetadata;
  }
}
