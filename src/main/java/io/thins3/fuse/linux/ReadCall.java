package io.thins3.fuse.linux;

import io.thins3.fuse.Errno;
import io.thins3.fuse.ReadReply;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A READ: begun by the thread that took the request, answered by whichever thread has the data,
 * with one writev from the pages where they lie.
 */
final class ReadCall extends TrackedCall implements ReadReply {
  private final OpenFile file; // this operation has begun with it
  private final int size;
  private final InterruptAction onInterrupt = new InterruptAction();
  private boolean replied; // guarded by this

  ReadCall(Connection connection, long unique, OpenFile file, int size) {
    super(connection, Opcode.READ, unique);
    this.file = file;
    this.size = size;
  }

  /** Hands the request to the file system, once it has begun. */
  void start(long offset) {
    try {
      connection.fileSystem.read(file.handle(), offset, size, this);
    } catch (Throwable e) {
      if (reply()) {
        end();
      }
      Connection.logAccident("READ", e);
    }
  }

  @Override
  public void data(List<ByteBuffer> buffers) {
    replyOrThrow();
    try {
      long length = 0;
      for (int i = 0; i < buffers.size(); i++) {
        length += buffers.get(i).remaining();
      }
      if (length > size) {
        answerError(Errno.EIO);
        throw new IllegalArgumentException(length + " bytes for a READ of " + size);
      }
      answerData(buffers);
    } finally {
      end();
    }
  }

  @Override
  public void error(Errno errno) {
    replyOrThrow();
    try {
      answerError(errno);
    } finally {
      end();
    }
  }

  @Override
  public void onInterrupt(Runnable action) {
    onInterrupt.set(action);
  }

  @Override
  void giveUp() {
    onInterrupt.interrupt();
  }

  private void replyOrThrow() {
    if (!reply()) {
      throw new IllegalStateException("READ answered a second time");
    }
  }

  private synchronized boolean reply() {
    boolean first = !replied;
    replied = true;
    return first;
  }

  private void end() {
    // Only where nothing was answered yet, because what the file system gave is no answer.
    answerError(Errno.EIO);
    connection.files.finish(file);
    finish();
  }
}
