package io.thins3.fuse;

/** Takes the entries of one READDIR or READDIRPLUS answer. */
public interface DirectorySink {
  /**
   * True when the kernel asked for entries with their attributes (READDIRPLUS): call {@link
   * #add(String, long, Entry)} where the attributes are known.
   */
  boolean wantsAttributes();

  /**
   * Adds a name without attributes.
   *
   * @param name the entry's name
   * @param nextOffset position to go on from after this entry, positive; unique in this directory
   * @param ino inode number, not 0
   * @param type file type
   * @return false when the answer is full: the entry was not taken
   */
  boolean add(String name, long nextOffset, long ino, FileType type);

  /**
   * Adds a name with its attributes; counts as a lookup of the node when it is taken.
   *
   * @param nextOffset as in {@link #add(String, long, long, FileType)}
   * @return false when the answer is full: the entry was not taken
   */
  boolean add(String name, long nextOffset, Entry entry);
}
