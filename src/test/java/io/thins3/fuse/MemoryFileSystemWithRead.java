package io.thins3.fuse;

import org.jspecify.annotations.Nullable;

/** A read-only file system whose reads a test replaces. */
class MemoryFileSystemWithRead implements FileSystem {
  private final MemoryFileSystem memory;

  MemoryFileSystemWithRead(MemoryFileSystem memory) {
    this.memory = memory;
  }

  @Override
  public Node root() {
    return memory.root();
  }

  @Override
  public LookupResult lookup(Node parent, String name, Caller caller) throws FuseException {
    return memory.lookup(parent, name, caller);
  }

  @Override
  public AttributesAnswer getattr(Node node, @Nullable FileHandle handle) throws FuseException {
    return memory.getattr(node, handle);
  }

  @Override
  public OpenResult open(Node node, int flags, Caller caller) throws FuseException {
    return memory.open(node, flags, caller);
  }

  @Override
  public void read(FileHandle handle, long offset, int size, ReadReply reply) {
    memory.read(handle, offset, size, reply);
  }

  @Override
  public void release(FileHandle handle) {
    memory.release(handle);
  }

  @Override
  public DirectoryHandle opendir(Node node, Caller caller) throws FuseException {
    return memory.opendir(node, caller);
  }

  @Override
  public void readdir(DirectoryHandle directory, long offset, DirectorySink sink)
      throws FuseException {
    memory.readdir(directory, offset, sink);
  }

  @Override
  public void releasedir(DirectoryHandle directory) {
    memory.releasedir(directory);
  }

  @Override
  public StatFs statfs(Node node) throws FuseException {
    return memory.statfs(node);
  }

  @Override
  public void access(Node node, int mask, Caller caller) throws FuseException {
    memory.access(node, mask, caller);
  }
}
