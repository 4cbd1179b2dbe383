package io.thins3.bench.transports.server;

import io.thins3.fuse.FileType;
import java.util.concurrent.TimeUnit;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import ru.serce.jnrfuse.ErrorCodes;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.FuseStubFS;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;
import ru.serce.jnrfuse.struct.Statvfs;

/**
 * The tree as a user of jnr-fuse writes it after the project's examples: paths, structures, one
 * callback after another on the threads of libfuse's loop. A read copies once, memory to memory,
 * without a Java array between. A late answer is one that the callback waits for; there is no other
 * way.
 */
final class StockFileSystem extends FuseStubFS {
  static final int BLOCK_BYTES = 4096;

  private final MemoryTree tree;
  private final long lateMillis;
  private final Pointer pattern;

  StockFileSystem(MemoryTree tree, long lateMillis) {
    this.tree = tree;
    this.lateMillis = lateMillis;
    Runtime runtime = Runtime.getSystemRuntime();
    // By address: jnr copies between two such pointers with memcpy, and byte by byte from a buffer.
    this.pattern = Pointer.wrap(runtime, Pointer.wrap(runtime, tree.pattern()).address());
  }

  @Override
  public int getattr(String path, FileStat stat) {
    MemoryNode node = tree.find(path);
    if (node == null) {
      return -ErrorCodes.ENOENT();
    }
    tree.countAnswer();
    stat.st_mode.set(node.attributes.mode());
    stat.st_nlink.set(node.attributes.links());
    stat.st_size.set(node.attributes.size());
    stat.st_mtim.tv_sec.set(MemoryNode.TIME.getEpochSecond());
    return 0;
  }

  @Override
  public int open(String path, FuseFileInfo info) {
    return tree.find(path) == null ? -ErrorCodes.ENOENT() : 0;
  }

  @Override
  public int read(String path, Pointer buffer, long size, long offset, FuseFileInfo info) {
    MemoryNode file = tree.find(path);
    if (file == null) {
      return -ErrorCodes.ENOENT();
    }
    if (file.late && !waitForAnswer()) {
      return -ErrorCodes.EINTR();
    }
    int length = MemoryTree.length(file, offset, size);
    int at = (int) (offset % MemoryTree.PATTERN_BYTES);
    int first = Math.min(length, MemoryTree.PATTERN_BYTES - at);
    pattern.transferTo(at, buffer, 0, first);
    if (first < length) {
      pattern.transferTo(0, buffer, first, length - first);
    }
    return length;
  }

  /** What a request to a store is for a synchronous callback: time that passes. */
  private boolean waitForAnswer() {
    try {
      TimeUnit.MILLISECONDS.sleep(lateMillis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public int readdir(
      String path, Pointer buffer, FuseFillDir filler, long offset, FuseFileInfo info) {
    MemoryNode directory = tree.find(path);
    if (directory == null || directory.attributes.type() != FileType.DIRECTORY) {
      return -ErrorCodes.ENOENT();
    }
    filler.apply(buffer, ".", null, 0);
    filler.apply(buffer, "..", null, 0);
    for (MemoryNode child : directory.children) {
      filler.apply(buffer, child.name, null, 0);
    }
    return 0;
  }

  @Override
  public int statfs(String path, Statvfs statvfs) {
    statvfs.f_bsize.set(BLOCK_BYTES);
    statvfs.f_frsize.set(BLOCK_BYTES);
    statvfs.f_blocks.set(1 + tree.answers());
    statvfs.f_namemax.set(255);
    return 0;
  }
}
