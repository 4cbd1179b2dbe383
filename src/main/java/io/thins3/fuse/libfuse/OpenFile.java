package io.thins3.fuse.libfuse;

import io.thins3.fuse.FileHandle;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.Node;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An open file and its users: the kernel, until it releases the file, and every read and write that
 * is not answered yet. The last to leave releases the handle, because a request that was given up
 * at its deadline may be worked on after the kernel's RELEASE.
 */
final class OpenFile {
  private final FileSystem fileSystem;
  private final FileHandle handle;
  private final Node node;
  private final String path;
  private final PageVersions.@Nullable Version version;
  private final AtomicInteger users = new AtomicInteger(1);

  OpenFile(
      FileSystem fileSystem,
      FileHandle handle,
      Node node,
      String path,
      PageVersions.@Nullable Version version) {
    this.fileSystem = fileSystem;
    this.handle = handle;
    this.node = node;
    this.path = path;
    this.version = version;
  }

  FileHandle handle() {
    return handle;
  }

  Node node() {
    return node;
  }

  /** The path it was opened by; a rename since then is not followed. */
  String path() {
    return path;
  }

  PageVersions.@Nullable Version version() {
    return version;
  }

  void enter() {
    users.incrementAndGet();
  }

  void leave() {
    if (users.decrementAndGet() == 0) {
      fileSystem.release(handle);
    }
  }
}
