package io.thins3.fuse.linux;

import io.thins3.fuse.Entry;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.FileType;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.LookupResult;
import io.thins3.fuse.Node;
import io.thins3.fuse.linux.FuseProtocol.fuse_mkdir_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_mknod_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_rename2_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_rename_in;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operations on names in directories. */
final class NameOperations {
  private static final int S_IFMT = 0170000;

  private final FileSystem fileSystem;
  private final NodeTable nodes;

  NameOperations(Connection connection) {
    this.fileSystem = connection.fileSystem;
    this.nodes = connection.nodes;
  }

  void addTo(Map<Opcode, Operation> operations) {
    operations.put(Opcode.LOOKUP, this::lookup);
    operations.put(Opcode.MKNOD, this::mknod);
    operations.put(Opcode.MKDIR, this::mkdir);
    operations.put(Opcode.SYMLINK, this::symlink);
    operations.put(Opcode.READLINK, this::readlink);
    operations.put(Opcode.UNLINK, this::unlink);
    operations.put(Opcode.RMDIR, this::rmdir);
    operations.put(Opcode.RENAME, this::rename);
    operations.put(Opcode.RENAME2, this::rename2);
    operations.put(Opcode.LINK, this::link);
  }

  /** Answers a LOOKUP if that needs no waiting; false when it does. */
  boolean lookupNow(Request request, Call call) throws FuseException, MalformedRequest {
    LookupResult result =
        fileSystem.lookupNow(nodes.known(request), request.name(0), request.caller());
    if (result == null) {
      return false;
    }
    answer(call, request, result);
    return true;
  }

  private void lookup(Request request, Call call) throws FuseException, MalformedRequest {
    answer(
        call, request, fileSystem.lookup(nodes.known(request), request.name(0), request.caller()));
  }

  private static void answer(Call call, Request request, LookupResult result) {
    @Nullable Entry entry = result.entry();
    if (entry != null) {
      call.answerEntry(entry, request.nodeId());
    } else if (result.negativeTtl().isZero() || result.negativeTtl().isNegative()) {
      call.answerError(Errno.ENOENT);
    } else {
      call.answerAbsent(result.negativeTtl());
    }
  }

  private void mknod(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_mknod_in.SIZE);
    int mode = request.getInt(fuse_mknod_in.mode);
    // mknod(2): EPERM when the file system does not support the type. 0 means a regular file.
    if ((mode & S_IFMT) != FileType.REGULAR.modeBits() && (mode & S_IFMT) != 0) {
      throw new FuseException(Errno.EPERM);
    }
    call.answerEntry(
        fileSystem.mknod(
            nodes.known(request),
            request.name(fuse_mknod_in.SIZE),
            mode & FileOperations.PERMISSIONS,
            request.caller()),
        request.nodeId());
  }

  private void mkdir(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_mkdir_in.SIZE);
    call.answerEntry(
        fileSystem.mkdir(
            nodes.known(request),
            request.name(fuse_mkdir_in.SIZE),
            request.getInt(fuse_mkdir_in.mode) & FileOperations.PERMISSIONS,
            request.caller()),
        request.nodeId());
  }

  private void symlink(Request request, Call call) throws FuseException, MalformedRequest {
    String target = request.name(request.afterName(0));
    call.answerEntry(
        fileSystem.symlink(nodes.known(request), request.name(0), target, request.caller()),
        request.nodeId());
  }

  private void readlink(Request request, Call call) throws FuseException {
    byte[] target = Utf8.encode(fileSystem.readlink(nodes.known(request)));
    if (target == null) {
      throw new FuseException(Errno.EILSEQ);
    }
    call.answerData(target);
  }

  private void unlink(Request request, Call call) throws FuseException, MalformedRequest {
    fileSystem.unlink(nodes.known(request), request.name(0), request.caller());
    call.answerDone();
  }

  private void rmdir(Request request, Call call) throws FuseException, MalformedRequest {
    fileSystem.rmdir(nodes.known(request), request.name(0), request.caller());
    call.answerDone();
  }

  private void rename(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_rename_in.SIZE);
    rename(request, call, request.getLong(fuse_rename_in.newdir), fuse_rename_in.SIZE, 0);
  }

  private void rename2(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_rename2_in.SIZE);
    rename(
        request,
        call,
        request.getLong(fuse_rename2_in.newdir),
        fuse_rename2_in.SIZE,
        request.getInt(fuse_rename2_in.flags));
  }

  private void rename(Request request, Call call, long newParentId, int names, int flags)
      throws FuseException, MalformedRequest {
    Node newParent = nodes.known(newParentId);
    fileSystem.rename(
        nodes.known(request),
        request.name(names),
        newParent,
        request.name(request.afterName(names)),
        flags,
        request.caller());
    call.answerDone();
  }

  /** link(2): EPERM when the file system does not support hard links. */
  private void link(Request request, Call call) {
    call.answerError(Errno.EPERM);
  }
}
