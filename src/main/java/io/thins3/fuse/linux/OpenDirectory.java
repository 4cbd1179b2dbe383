package io.thins3.fuse.linux;

import io.thins3.fuse.DirectoryHandle;

/**
 * An open directory.
 *
 * <p>The file system lists no "." and "..": they come first, and the offsets of everything else are
 * shifted by them. As the kernel sees them, offsets are 1 behind ".", 2 behind "..", and the file
 * system's own plus 2 behind its entries.
 */
final class OpenDirectory extends OpenHandle {
  /** Entries that are added here. */
  static final int DOTS = 2;

  private final DirectoryHandle handle;
  private final long nodeId;
  private final long ino;
  private final long parentIno;

  OpenDirectory(long id, DirectoryHandle handle, long nodeId, long ino, long parentIno) {
    super(id);
    this.handle = handle;
    this.nodeId = nodeId;
    this.ino = ino;
    this.parentIno = parentIno;
  }

  DirectoryHandle handle() {
    return handle;
  }

  long nodeId() {
    return nodeId;
  }

  long ino() {
    return ino;
  }

  long parentIno() {
    return parentIno;
  }
}
