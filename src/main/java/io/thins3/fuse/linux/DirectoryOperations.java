package io.thins3.fuse.linux;

import io.thins3.fuse.DirectoryHandle;
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
  }

  private void opendir(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_open_in.SIZE);
    long nodeId = request.nodeId();
    long ino = ino(nodeId);
    long parentIno = ino(connection.nodes.parentId(nodeId));
    DirectoryHandle handle = fileSystem.opendir(connection.nodes.known(request), request.caller());
    OpenDirectory directory = add(handle, nodeId, ino, parentIno);
    if (!call.answer(out -> AnswerEncoder.opened(out, Call.Body.START, directory.id, 0))) {
      connection.directories.discard(directory.id);
    }
  }

  private OpenDirectory add(DirectoryHandle handle, long nodeId, long ino, long parentIno) {
    boolean added = false;
    try {
      OpenDirectory directory =
          new OpenDirectory(connection.nextHandle(), handle, nodeId, ino, parentIno);
      connection.directories.put(directory);
      added = true;
      return directory;
    } finally {
      if (!added) {
        // No memory: nobody will ever know this handle.
        fileSystem.releasedir(handle);
      }
    }
  }

  private void readdir(Request request, Call call, boolean plus)
      throws FuseException, MalformedRequest {
    request.require(fuse_read_in.SIZE);
    int size = request.getInt(fuse_read_in.size);
    long offset = request.getOffset(fuse_read_in.offset);
    OpenDirectory directory = connection.directories.begin(request.getLong(fuse_read_in.fh));
    try (DirectoryAnswer answer = new DirectoryAnswer(connection, directory.nodeId(), size, plus)) {
      if (answer.addDots(offset, directory.ino(), directory.parentIno())) {
        fileSystem.readdir(directory.handle(), Math.max(0, offset - OpenDirectory.DOTS), answer);
      }
      answer.sendTo(call);
    } finally {
      connection.directories.finish(directory);
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
    OpenDirectory directory = connection.directories.begin(request.getLong(fuse_fsync_in.fh));
    try {
      fileSystem.fsyncdir(directory.handle());
    } finally {
      connection.directories.finish(directory);
    }
    call.answerDone();
  }

  /** Answers at once: nobody waits for what the file system does then. */
  void release(Request request) throws FuseException, MalformedRequest {
    request.require(fuse_release_in.SIZE);
    connection.directories.release(request.getLong(fuse_release_in.fh));
    connection.sendError(request.unique(), 0);
  }
}
