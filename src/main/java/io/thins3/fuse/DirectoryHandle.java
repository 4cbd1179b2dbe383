package io.thins3.fuse;

/**
 * An open directory: created by {@link FileSystem#opendir}, ended by {@link FileSystem#releasedir}.
 */
public interface DirectoryHandle {}
