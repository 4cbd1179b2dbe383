package io.thins3.fs;

/** In which order programs walk the entries of a directory. */
enum EntryOrder {
  /** As they are listed: tar, grep -r, find, whoever sorts. */
  NAME,
  /** By inode number, in which cp -r and others sort them (gnulib's SAVEDIR_SORT_FASTREAD). */
  INODE
}
