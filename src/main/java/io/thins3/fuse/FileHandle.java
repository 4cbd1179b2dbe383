package io.thins3.fuse;

/** An open file: created by {@link FileSystem#open}, ended by {@link FileSystem#release}. */
public interface FileHandle {}
