package io.thins3.fs;

import io.thins3.fs.ObjectNode.FileNode;
import io.thins3.fuse.FileHandle;
import io.thins3.read.ObjectReader;

/** A file open for reading. */
record OpenFile(FileNode node, ObjectReader reader) implements FileHandle {}
