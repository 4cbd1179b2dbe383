package io.thins3.fs;

import io.thins3.fs.ObjectNode.FileNode;
import org.jspecify.annotations.Nullable;

/**
 * A file open for reading.
 *
 * @param progress what is read of it; null when it is not small
 */
record OpenFile(FileNode node, FollowingReader reader, @Nullable FileProgress progress)
    implements NodeHandle {}
