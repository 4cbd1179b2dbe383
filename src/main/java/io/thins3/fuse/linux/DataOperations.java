package io.thins3.fuse.linux;

import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.linux.FuseProtocol.fuse_read_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_write_in;

/** READ and WRITE: begun at once by the thread that took the request. */
final class DataOperations {
  private final Connection connection;
  private final FileOperations files;

  DataOperations(Connection connection, FileOperations files) {
    this.connection = connection;
    this.files = files;
  }

  void read(Request request) throws FuseException, MalformedRequest {
    request.require(fuse_read_in.SIZE);
    long offset = request.getOffset(fuse_read_in.offset);
    int size = request.getInt(fuse_read_in.size);
    checkRange(offset, size);
    OpenFile file = files.file(request.getLong(fuse_read_in.fh));
    connection.statistics.countRead(size);
    new ReadCall(connection, request.unique(), file, size).start(offset);
  }

  /** Gives the call, which may need the request's buffer on. */
  WriteCall write(Request request) throws FuseException, MalformedRequest {
    request.require(fuse_write_in.SIZE);
    long offset = request.getOffset(fuse_write_in.offset);
    int size = request.getInt(fuse_write_in.size);
    checkRange(offset, size);
    OpenFile file = files.file(request.getLong(fuse_write_in.fh));
    connection.statistics.countWrite(size);
    int flags = request.getInt(fuse_write_in.write_flags);
    WriteCall call =
        new WriteCall(
            connection,
            request.unique(),
            file,
            request.nodeId(),
            offset,
            size,
            (flags & FuseProtocol.FUSE_WRITE_KILL_SUIDGID) != 0);
    call.start(request.slice(fuse_write_in.SIZE, size));
    return call;
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
