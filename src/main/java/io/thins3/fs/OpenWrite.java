package io.thins3.fs;

import io.thins3.fs.ObjectNode.FileNode;
import io.thins3.write.WrittenFile;

/** A file open for writing, and perhaps for reading. */
record OpenWrite(FileNode node, WrittenFile file, FollowingReader reader) implements NodeHandle {}
