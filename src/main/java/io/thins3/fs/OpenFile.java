package io.thins3.fs;

import io.thins3.fs.ObjectNode.FileNode;
import io.thins3.fuse.FileHandle;
import io.thins3.read.ObjectReader;
import org.jspecify.annotations.Nullable;

/**
 * A file open for reading.
 *
 * @param progress what is read of it; null when it is not small
 */
record OpenFile(FileNode node, ObjectReader reader, @Nullable FileProgress progress)
    implements FileHandle {}
