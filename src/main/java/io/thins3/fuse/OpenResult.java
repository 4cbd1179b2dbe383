package io.thins3.fuse;

/**
 * The answer to OPEN.
 *
 * @param handle the open file
 * @param keepCache the pages that the kernel has of this node are still right (FOPEN_KEEP_CACHE)
 * @param directIo reads and writes go past the page cache (FOPEN_DIRECT_IO)
 */
public record OpenResult(FileHandle handle, boolean keepCache, boolean directIo) {}
