package io.thins3.fuse.linux;

import io.thins3.fuse.Errno;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.linux.FuseProtocol.fuse_fsync_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_open_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_read_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_release_in;
import java.util.Map;

/** The operations on open directories. */
final class DirectoryOperations {
  private final Connection connection;
  private final FileSystem fileSystem;
  private volatile long rootIno;

  DirectoryOperations(Connection connection) {
    this.connection = connection;
    this.fileSystem = connection.fileSystem;
  }

  void addTo(Map<Opcode, Operation> operations) {
    operations.put(Opcode.OPENDIR, this::opendir);
    operations.put(Opcode.READDIR, (request, call) -> readdir(request, call, false));
    operations.put(Opcode.READDIRPLUS, (request, call) -> readdir(request, call, true));
    operations.put(Opcode.FSYNCDIR, this::fsyncdir);
    operations.put(Opcode.RELEASEDIR, this::releasedir);
  }

  private void opendir(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_open_in.SIZE);
    long nodeId = request.nodeId();
    long ino = ino(nodeId);
    long parentIno = ino(connection.nodes.parentId(nodeId));
    OpenDirectory directory =
        new OpenDirectory(
            connection.nextHandle(),
            fileSystem.opendir(connection.nodes.known(request), request.caller()),
            nodeId,
            ino,
            parentIno);
    connection.directories.put(directory);
    if (!call.answer(out -> AnswerEncoder.opened(out, Call.Body.START, directory.id, 0))) {
      release(directory);
    }
  }

  private void readdir(Request request, Call call, boolean plus)
      throws FuseException, MalformedRequest {
    request.require(fuse_read_in.SIZE);
    OpenDirectory directory = directory(request.getLong(fuse_read_in.fh));
    int size = request.getInt(fuse_read_in.size);
    long offset = request.getOffset(fuse_read_in.offset);
    try (DirectoryAnswer answer = new DirectoryAnswer(connection, directory.nodeId(), size, plus)) {
      if (answer.addDots(offset, directory.ino(), directory.parentIno())) {
        fileSystem.readdir(directory.handle(), Math.max(0, offset - OpenDirectory.DOTS), answer);
      }
      answer.sendTo(call);
    }
  }

  /** The inode number of a directory, for "." and "..". */
  private long ino(long nodeId) throws FuseException {
    long ino = connection.nodes.ino(nodeId);
    // The root is never found, but what the file system says of it is kept: it does not change.
    if (ino == 0 && rootIno == 0) {
      rootIno = fileSystem.getattr(fileSystem.root(), null).attributes().ino();
    }
    return ino == 0 ? rootIno : ino;
  }

  private void fsyncdir(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_fsync_in.SIZE);
    fileSystem.fsyncdir(directory(request.getLong(fuse_fsync_in.fh)).handle());
    call.answerDone();
  }

  private void releasedir(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_release_in.SIZE);
    release(directory(request.getLong(fuse_release_in.fh)));
    call.answerDone();
  }

  private void release(OpenDirectory directory) {
    if (connection.directories.remove(directory.id) != null) {
      fileSystem.releasedir(directory.handle());
    }
  }

  /** Ends all directories: the kernel sends no RELEASEDIR when a connection ends. */
  void releaseAll() {
    for (OpenDirectory directory : connection.directories.entries()) {
      try {
        release(directory);
      } catch (RuntimeException e) {
        Connection.logAccident("RELEASEDIR", e);
      }
    }
  }

  private OpenDirectory directory(long id) throws FuseException {
    OpenDirectory directory = connection.directories.get(id);
    if (directory == null) {
      throw new FuseException(Errno.EBADF, "directory " + id + " is not open", null);
    }
    return directory;
  }
}
