package io.thins3.fuse;

/** The kinds of file that this library serves, with their bits of {@code st_mode}. */
public enum FileType {
  /** S_IFREG. */
  REGULAR(0100000),
  /** S_IFDIR. */
  DIRECTORY(0040000),
  /** S_IFLNK. */
  SYMLINK(0120000);

  private final int modeBits;

  FileType(int modeBits) {
    this.modeBits = modeBits;
  }

  /** The file type bits of {@code st_mode} (POSIX {@code S_IFMT}). */
  public int modeBits() {
    return modeBits;
  }

  /**
   * The type as {@code readdir} gives it ({@code DT_REG} and so on): the mode's bits shifted by 12.
   */
  public int directoryEntryType() {
    return modeBits >> 12;
  }
}
