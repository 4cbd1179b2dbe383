package io.thins3.fs;

import io.thins3.fs.ObjectNode.FileNode;
import io.thins3.fuse.FileHandle;

/** An open file, however it was opened. */
sealed interface NodeHandle extends FileHandle permits OpenFile, OpenWrite {
  /** The file. */
  FileNode node();

  /** Reads what is published of it. */
  FollowingReader reader();
}
