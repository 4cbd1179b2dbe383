package io.thins3.fuse.linux;

import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.linux.FuseProtocol.fuse_read_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_write_in;
import java.nio.ByteBuffer;

/** READ and WRITE: begun at once by the thread that took the request. */
final class DataOperations {
  private final Connection connection;

  DataOperations(Connection connection) {
    this.connection = connection;
  }

  void read(Request request) throws FuseException, MalformedRequest {
    request.require(fuse_read_in.SIZE);
    long offset = request.getOffset(fuse_read_in.offset);
    int size = request.getInt(fuse_read_in.size);
    checkRange(offset, size);
    connection.statistics.countRead(size);
    OpenFile file = connection.files.begin(request.getLong(fuse_read_in.fh));
    ReadCall call;
    try {
      call = new ReadCall(connection, request.unique(), file, size);
      call.begin();
    } catch (Throwable e) {
      connection.files.finish(file);
      throw e;
    }
    call.start(offset);
  }

  /**
   * Begins a WRITE.
   *
   * @param buffer where the request lies
   * @return the buffer for the next request: this one, or another when the file system needs it on
   */
  NativeBuffer write(Request request, NativeBuffer buffer) throws FuseException, MalformedRequest {
    request.require(fuse_write_in.SIZE);
    long offset = request.getOffset(fuse_write_in.offset);
    int size = request.getInt(fuse_write_in.size);
    checkRange(offset, size);
    ByteBuffer data = request.slice(fuse_write_in.SIZE, size);
    connection.statistics.countWrite(size);
    boolean killsPrivileges =
        (request.getInt(fuse_write_in.write_flags) & FuseProtocol.FUSE_WRITE_KILL_SUIDGID) != 0;
    OpenFile file = connection.files.begin(request.getLong(fuse_write_in.fh));
    boolean copies = connection.writeMemory.copies(size);
    int memory = 0;
    WriteCall call;
    ByteBuffer copy = null;
    NativeBuffer spare = null;
    try {
      memory = connection.writeMemory.take(copies ? size : Connection.REQUEST_SIZE);
      if (copies) {
        copy = ByteBuffer.allocate(size).put(data).flip();
      } else {
        // Before the file system has the bytes: a reader without a buffer is of no use.
        spare = connection.requests.take();
      }
      call =
          new WriteCall(
              connection,
              request.unique(),
              file,
              request.nodeId(),
              offset,
              size,
              killsPrivileges,
              memory);
      call.begin();
    } catch (Throwable e) {
      connection.writeMemory.give(memory);
      connection.files.finish(file);
      throw e;
    }
    call.start(copy == null ? data : copy);
    if (spare == null) {
      return buffer;
    }
    if (call.keep(buffer)) {
      return spare;
    }
    connection.requests.give(spare);
    return buffer;
  }

  private static void checkRange(long offset, int size) throws FuseException, MalformedRequest {
    if (size <= 0) {
      throw new MalformedRequest("size " + size);
    }
    if (offset > Long.MAX_VALUE - size) {
      throw new FuseException(Errno.EFBIG);
    }
  }
}
