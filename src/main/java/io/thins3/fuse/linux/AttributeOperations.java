package io.thins3.fuse.linux;

import io.thins3.fuse.AttributeChange;
import io.thins3.fuse.FileHandle;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.FileSystem.AttributesAnswer;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.Node;
import io.thins3.fuse.StatFs;
import io.thins3.fuse.linux.FuseProtocol.fuse_access_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_getattr_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_setattr_in;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
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
    AttributesAnswer attributes = ask(request, fileSystem::getattrNow);
    if (attributes == null) {
      return false;
    }
    answer(call, attributes);
    return true;
  }

  private void getattr(Request request, Call call) throws FuseException, MalformedRequest {
    AttributesAnswer attributes = ask(request, fileSystem::getattr);
    answer(call, Objects.requireNonNull(attributes, "the file system gives no attributes"));
  }

  /** One of the two methods that give attributes. */
  @FunctionalInterface
  private interface Question {
    @Nullable AttributesAnswer ask(Node node, @Nullable FileHandle handle) throws FuseException;
  }

  private @Nullable AttributesAnswer ask(Request request, Question question)
      throws FuseException, MalformedRequest {
    request.require(fuse_getattr_in.SIZE);
    Node node = connection.nodes.known(request);
    int flags = request.getInt(fuse_getattr_in.getattr_flags);
    if ((flags & FuseProtocol.FUSE_GETATTR_FH) == 0) {
      return question.ask(node, null);
    }
    OpenFile file = connection.files.begin(request.getLong(fuse_getattr_in.fh));
    try {
      return question.ask(node, file.handle());
    } finally {
      connection.files.finish(file);
    }
  }

  private static void answer(Call call, AttributesAnswer attributes) {
    call.answer(out -> AnswerEncoder.attributes(out, Call.Body.START, attributes));
  }

  private void setattr(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_setattr_in.SIZE);
    int valid = request.getInt(fuse_setattr_in.valid);
    Node node = connection.nodes.known(request);
    AttributeChange change = change(request, valid);
    answer(
        call,
        (valid & FuseProtocol.FATTR_FH) == 0
            ? fileSystem.setattr(node, null, change, request.caller())
            : files.with(
                request.getLong(fuse_setattr_in.fh),
                handle -> fileSystem.setattr(node, handle, change, request.caller())));
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
