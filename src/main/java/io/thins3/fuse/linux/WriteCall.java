package io.thins3.fuse.linux;

import io.thins3.fuse.Errno;
import io.thins3.fuse.WriteReply;
import io.thins3.fuse.linux.FuseProtocol.fuse_write_out;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A WRITE: begun by the thread that took the request, answered by any. The memory that its bytes
 * lie in is the file system's until it has replied.
 */
final class WriteCall extends TrackedCall implements WriteReply {
  private final OpenFile file; // this operation has begun with it
  private final long nodeId;
  private final long offset;
  private final int length;
  private final boolean killsPrivileges;
  private final int memory;
  private final InterruptAction onInterrupt = new InterruptAction();
  private boolean replied; // guarded by this
  private @Nullable NativeBuffer held; // guarded by this

  /**
   * @param killsPrivileges set-user-ID and set-group-ID are to be cleared
   * @param memory bytes of {@link Connection#writeMemory} that are given back after the reply
   */
  WriteCall(
      Connection connection,
      long unique,
      OpenFile file,
      long nodeId,
      long offset,
      int length,
      boolean killsPrivileges,
      int memory) {
    super(connection, Opcode.WRITE, unique);
    this.file = file;
    this.nodeId = nodeId;
    this.offset = offset;
    this.length = length;
    this.killsPrivileges = killsPrivileges;
    this.memory = memory;
  }

  /** Hands the request to the file system, once it has begun. Never throws. */
  void start(ByteBuffer data) {
    try {
      connection.fileSystem.write(file.handle(), offset, data, this);
    } catch (Throwable e) {
      if (reply()) {
        end(Errno.EIO);
      }
      Connection.logAccident("WRITE", e);
    }
  }

  /**
   * Lets the call keep the request's buffer until it is replied to.
   *
   * @return false when it was replied to already and the buffer is free
   */
  synchronized boolean keep(NativeBuffer buffer) {
    if (!replied) {
      held = buffer;
    }
    return !replied;
  }

  @Override
  public void written() {
    replyOrThrow();
    end(null);
  }

  @Override
  public void error(Errno errno) {
    replyOrThrow();
    end(errno);
  }

  @Override
  public boolean killsPrivileges() {
    return killsPrivileges;
  }

  @Override
  public void onInterrupt(Runnable action) {
    onInterrupt.set(action);
  }

  @Override
  void giveUp() {
    onInterrupt.interrupt();
  }

  private void answerWritten() {
    boolean taken =
        answer(
            out -> {
              out.putInt(Body.START + fuse_write_out.size, length);
              out.putInt(Body.START + fuse_write_out.size + 4, 0);
              return Body.START + fuse_write_out.SIZE;
            });
    if (taken && file.direct()) {
      connection.notifier.directlyWritten(nodeId, offset, length);
    }
  }

  private void replyOrThrow() {
    if (!reply()) {
      throw new IllegalStateException("WRITE answered a second time");
    }
  }

  private synchronized boolean reply() {
    boolean first = !replied;
    replied = true;
    return first;
  }

  private void end(@Nullable Errno errno) {
    try {
      if (errno == null) {
        answerWritten();
      } else {
        answerError(errno);
      }
    } finally {
      // Only where nothing was answered yet, because the answer could not be built.
      answerError(Errno.EIO);
      NativeBuffer buffer;
      synchronized (this) {
        buffer = held;
        held = null;
      }
      if (buffer != null) {
        connection.requests.give(buffer);
      }
      connection.writeMemory.give(memory);
      connection.files.finish(file);
      finish();
    }
  }
}
