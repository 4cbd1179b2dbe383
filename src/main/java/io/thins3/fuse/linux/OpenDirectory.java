package io.thins3.fuse.linux;

import io.thins3.fuse.DirectoryHandle;

/** An open directory, by the number under which the kernel knows it. */
final class OpenDirectory extends IdTable.Entry {
  private final DirectoryHandle handle;

  OpenDirectory(long id, DirectoryHandle handle) {
    super(id);
    this.handle = handle;
  }

  DirectoryHandle handle() {
    return handle;
  }
}
