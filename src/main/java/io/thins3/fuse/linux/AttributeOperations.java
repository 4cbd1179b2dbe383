package io.thins3.fuse.linux;

import io.thins3.fuse.AttributeChange;
import io.thins3.fuse.FileHandle;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.FileSystem.AttributesAnswer;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.StatFs;
import io.thins3.fuse.linux.FuseProtocol.fuse_access_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_getattr_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_setattr_in;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operations on attributes, and on the file system as a whole. */
final class AttributeOperations {
  private final Connection connection;
  private final FileSystem fileSystem;
  private final FileOperations files;
  private final Clock clock;

  AttributeOperations(Connection connection, FileOperations files, Clock clock) {
    this.connection = connection;
    this.fileSystem = connection.fileSystem;
    this.files = files;
    this.clock = clock;
  }

  void addTo(Map<Opcode, Operation> operations) {
    operations.put(Opcode.GETATTR, this::getattr);
    operations.put(Opcode.SETATTR, this::setattr);
    operations.put(Opcode.ACCESS, this::access);
    operations.put(Opcode.STATFS, this::statfs);
  }

  /** Answers a GETATTR if that needs no waiting; false when it does. */
  boolean getattrNow(Request request, Call call) throws FuseException, MalformedRequest {
    AttributesAnswer attributes =
        fileSystem.getattrNow(connection.nodes.known(request), getattrHandle(request));
    if (attributes == null) {
      return false;
    }
    answer(call, attributes);
    return true;
  }

  private void getattr(Request request, Call call) throws FuseException, MalformedRequest {
    answer(call, fileSystem.getattr(connection.nodes.known(request), getattrHandle(request)));
  }

  private @Nullable FileHandle getattrHandle(Request request)
      throws FuseException, MalformedRequest {
    request.require(fuse_getattr_in.SIZE);
    int flags = request.getInt(fuse_getattr_in.getattr_flags);
    return (flags & FuseProtocol.FUSE_GETATTR_FH) == 0
        ? null
        : files.file(request.getLong(fuse_getattr_in.fh)).handle();
  }

  private static void answer(Call call, AttributesAnswer attributes) {
    call.answer(out -> AnswerEncoder.attributes(out, Call.Body.START, attributes));
  }

  private void setattr(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_setattr_in.SIZE);
    int valid = request.getInt(fuse_setattr_in.valid);
    FileHandle handle =
        (valid & FuseProtocol.FATTR_FH) == 0
            ? null
            : files.file(request.getLong(fuse_setattr_in.fh)).handle();
    answer(
        call,
        fileSystem.setattr(
            connection.nodes.known(request), handle, change(request, valid), request.caller()));
  }

  private AttributeChange change(Request request, int valid) throws MalformedRequest {
    return new AttributeChange(
        (valid & FuseProtocol.FATTR_SIZE) == 0
            ? null
            : Long.valueOf(request.getOffset(fuse_setattr_in.size)),
        (valid & FuseProtocol.FATTR_MODE) == 0
            ? null
            : Integer.valueOf(request.getInt(fuse_setattr_in.mode) & FileOperations.PERMISSIONS),
        (valid & FuseProtocol.FATTR_UID) == 0
            ? null
            : Integer.valueOf(request.getInt(fuse_setattr_in.uid)),
        (valid & FuseProtocol.FATTR_GID) == 0
            ? null
            : Integer.valueOf(request.getInt(fuse_setattr_in.gid)),
        time(
            request,
            valid & (FuseProtocol.FATTR_ATIME | FuseProtocol.FATTR_ATIME_NOW),
            FuseProtocol.FATTR_ATIME_NOW,
            fuse_setattr_in.atime,
            fuse_setattr_in.atimensec),
        time(
            request,
            valid & (FuseProtocol.FATTR_MTIME | FuseProtocol.FATTR_MTIME_NOW),
            FuseProtocol.FATTR_MTIME_NOW,
            fuse_setattr_in.mtime,
            fuse_setattr_in.mtimensec),
        (valid & FuseProtocol.FATTR_KILL_SUIDGID) != 0);
  }

  private @Nullable Instant time(Request request, int wanted, int now, int seconds, int nanoseconds)
      throws MalformedRequest {
    if (wanted == 0) {
      return null;
    }
    if ((wanted & now) != 0) {
      return clock.instant();
    }
    try {
      return Instant.ofEpochSecond(
          request.getLong(seconds), Integer.toUnsignedLong(request.getInt(nanoseconds)));
    } catch (DateTimeException | ArithmeticException e) {
      throw new MalformedRequest("time " + request.getLong(seconds) + " s");
    }
  }

  private void access(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_access_in.SIZE);
    fileSystem.access(
        connection.nodes.known(request), request.getInt(fuse_access_in.mask), request.caller());
    call.answerDone();
  }

  private void statfs(Request request, Call call) throws FuseException {
    StatFs numbers = fileSystem.statfs(connection.nodes.known(request));
    call.answer(out -> AnswerEncoder.statfs(out, Call.Body.START, numbers));
  }
}
