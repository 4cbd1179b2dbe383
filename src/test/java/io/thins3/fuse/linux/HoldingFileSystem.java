package io.thins3.fuse.linux;

import io.thins3.fuse.AttributeChange;
import io.thins3.fuse.Caller;
import io.thins3.fuse.DirectoryHandle;
import io.thins3.fuse.DirectorySink;
import io.thins3.fuse.Entry;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FileHandle;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.LookupResult;
import io.thins3.fuse.Node;
import io.thins3.fuse.OpenResult;
import io.thins3.fuse.ReadReply;
import io.thins3.fuse.WriteReply;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds operations up until it is told, and keeps the replies of reads and writes. What an
 * operation does to its handle it does at its end, so that a handle that was released too early is
 * a complaint.
 */
final class HoldingFileSystem extends CheckingFileSystem {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  final CountDownLatch goOn = new CountDownLatch(1);
  final LinkedBlockingQueue<String> begun = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<String> ended = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<ReadReply> reads = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<WriteReply> writes = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<ByteBuffer> written = new LinkedBlockingQueue<>();

  /** Operations wait. */
  volatile boolean holds = true;

  /** So do those that ask no store. */
  volatile boolean holdsLocal;

  /** Operations wait on when they are interrupted, and do what they were asked for. */
  volatile boolean stubborn;

  /** What is called when an operation is about to end; for accidents. */
  volatile Runnable accident = () -> {};

  private void hold(String operation) throws FuseException {
    begun.add(operation);
    long end = System.nanoTime() + DEADLINE.toNanos();
    boolean interrupted = false;
    while (holds) {
      try {
        if (goOn.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          break;
        }
        throw new IllegalStateException("held up for too long");
      } catch (InterruptedException e) {
        if (!stubborn) {
          ended.add("interrupted " + operation);
          throw new FuseException(Errno.EINTR);
        }
        interrupted = true;
      }
    }
    ended.add(operation);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    accident.run();
  }

  @Override
  public LookupResult lookup(Node parent, String name, Caller caller) throws FuseException {
    hold("lookup");
    return super.lookup(parent, name, caller);
  }

  @Override
  public @Nullable LookupResult lookupNow(Node parent, String name, Caller caller)
      throws FuseException {
    return name.equals("known") ? super.lookup(parent, name, caller) : null;
  }

  @Override
  public AttributesAnswer getattr(Node node, @Nullable FileHandle handle) throws FuseException {
    if (handle != null) {
      hold("getattr");
    }
    return super.getattr(node, handle);
  }

  @Override
  public AttributesAnswer setattr(
      Node node, @Nullable FileHandle handle, AttributeChange change, Caller caller)
      throws FuseException {
    hold("setattr");
    return super.setattr(node, handle, change, caller);
  }

  @Override
  public OpenResult open(Node node, int flags, Caller caller) throws FuseException {
    try {
      hold("open");
    } catch (FuseException e) {
      // As a file system that has just finished when it is interrupted.
    }
    return super.open(node, flags, caller);
  }

  @Override
  public CreateAnswer create(Node parent, String name, int permissions, int flags, Caller caller)
      throws FuseException {
    hold("create");
    return super.create(parent, name, permissions, flags, caller);
  }

  @Override
  public Entry mkdir(Node parent, String name, int permissions, Caller caller)
      throws FuseException {
    hold("mkdir");
    return super.mkdir(parent, name, permissions, caller);
  }

  @Override
  public DirectoryHandle opendir(Node node, Caller caller) throws FuseException {
    if (holdsLocal) {
      hold("opendir");
    }
    return super.opendir(node, caller);
  }

  @Override
  public void readdir(DirectoryHandle directory, long offset, DirectorySink sink)
      throws FuseException {
    super.readdir(directory, offset, sink);
    hold("readdir");
    checkHandle(directory);
  }

  @Override
  public void fsyncdir(DirectoryHandle directory) throws FuseException {
    hold("fsyncdir");
    super.fsyncdir(directory);
  }

  @Override
  public void flush(FileHandle handle) throws FuseException {
    hold("flush");
    super.flush(handle);
  }

  @Override
  public void fsync(FileHandle handle, boolean dataOnly) throws FuseException {
    hold("fsync");
    super.fsync(handle, dataOnly);
  }

  @Override
  public void fallocate(FileHandle handle, int mode, long offset, long length)
      throws FuseException {
    hold("fallocate");
    super.fallocate(handle, mode, offset, length);
  }

  @Override
  public long lseek(FileHandle handle, long offset, int whence) throws FuseException {
    if (holdsLocal) {
      hold("lseek");
    }
    return super.lseek(handle, offset, whence);
  }

  @Override
  public long copyFileRange(
      FileHandle source, long sourceOffset, FileHandle target, long targetOffset, long length)
      throws FuseException {
    hold("copy_file_range");
    return super.copyFileRange(source, sourceOffset, target, targetOffset, length);
  }

  @Override
  public void access(Node node, int mask, Caller caller) throws FuseException {
    if (holdsLocal) {
      hold("access");
    }
  }

  @Override
  public byte[] getxattr(Node node, String name) throws FuseException {
    hold("getxattr");
    return super.getxattr(node, name);
  }

  @Override
  public List<String> listxattr(Node node) throws FuseException {
    hold("listxattr");
    return super.listxattr(node);
  }

  @Override
  public void read(FileHandle handle, long offset, int size, ReadReply reply) {
    if (size == 666) {
      throw new OutOfMemoryError("a test's");
    }
    reads.add(reply);
  }

  @Override
  public void write(FileHandle handle, long offset, ByteBuffer data, WriteReply reply) {
    if (offset > 0) {
      reply.written();
    } else {
      written.add(data);
      writes.add(reply);
    }
  }
}
