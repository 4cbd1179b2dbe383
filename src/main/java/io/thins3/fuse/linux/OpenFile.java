package io.thins3.fuse.linux;

import io.thins3.fuse.FileHandle;

/** An open file. */
final class OpenFile extends OpenHandle {
  private final FileHandle handle;
  private final boolean writes;
  private final boolean direct;

  /**
   * @param writes it was opened for writing
   * @param direct reads and writes go past the page cache
   */
  OpenFile(long id, FileHandle handle, boolean writes, boolean direct) {
    super(id);
    this.writes = writes;
    this.handle = handle;
    this.direct = direct;
  }

  FileHandle handle() {
    return handle;
  }

  boolean writes() {
    return writes;
  }

  boolean direct() {
    return direct;
  }
}
