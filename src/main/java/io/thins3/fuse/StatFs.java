package io.thins3.fuse;

/**
 * What {@code statfs} shows.
 *
 * @param blockSize bytes of one block
 * @param blocks blocks in all; must not be 0, because {@code df} leaves such file systems out
 * @param freeBlocks free blocks
 * @param files inodes in all
 * @param freeFiles free inodes
 * @param maxNameLength longest name of one path component in bytes
 */
public record StatFs(
    int blockSize, long blocks, long freeBlocks, long files, long freeFiles, int maxNameLength) {}
