package io.thins3.fuse.linux;

import io.thins3.fuse.Errno;
import io.thins3.fuse.FileHandle;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.FileSystem.CreateAnswer;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.Node;
import io.thins3.fuse.OpenFlags;
import io.thins3.fuse.OpenResult;
import io.thins3.fuse.linux.FuseProtocol.fuse_copy_file_range_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_create_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_fallocate_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_flush_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_fsync_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_lseek_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_lseek_out;
import io.thins3.fuse.linux.FuseProtocol.fuse_open_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_release_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_write_out;
import java.util.Map;

/** The operations on open files, but for READ and WRITE. */
final class FileOperations {
  /** The permission bits of a mode. */
  static final int PERMISSIONS = 07777;

  private final Connection connection;
  private final FileSystem fileSystem;
  private final NodeTable nodes;
  private volatile boolean opensRefused;

  FileOperations(Connection connection) {
    this.connection = connection;
    this.fileSystem = connection.fileSystem;
    this.nodes = connection.nodes;
  }

  void addTo(Map<Opcode, Operation> operations) {
    operations.put(Opcode.OPEN, this::open);
    operations.put(Opcode.CREATE, this::create);
    operations.put(Opcode.RELEASE, this::release);
    operations.put(Opcode.FLUSH, this::flush);
    operations.put(Opcode.FSYNC, this::fsync);
    operations.put(Opcode.FALLOCATE, this::fallocate);
    operations.put(Opcode.LSEEK, this::lseek);
    operations.put(Opcode.COPY_FILE_RANGE, this::copyFileRange);
  }

  /** From now on OPEN and CREATE give ESHUTDOWN. */
  void refuseOpens() {
    opensRefused = true;
  }

  private void open(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_open_in.SIZE);
    checkOpens();
    int flags = flags(request, fuse_open_in.flags, fuse_open_in.open_flags);
    Node node = nodes.known(request);
    OpenResult opened = fileSystem.open(node, flags, request.caller());
    OpenFile file = add(opened, flags);
    boolean taken =
        call.answer(
            out ->
                AnswerEncoder.opened(
                    out, Call.Body.START, file.id, openFlags(opened, file.direct())));
    if (!taken) {
      release(file);
    }
  }

  private void create(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_create_in.SIZE);
    checkOpens();
    int flags = flags(request, fuse_create_in.flags, fuse_create_in.open_flags);
    CreateAnswer created =
        fileSystem.create(
            nodes.known(request),
            request.name(fuse_create_in.SIZE),
            request.getInt(fuse_create_in.mode) & PERMISSIONS,
            flags,
            request.caller());
    OpenFile file = add(created.opened(), flags);
    boolean taken =
        call.answerEntry(
            created.entry(),
            request.nodeId(),
            (out, at) ->
                AnswerEncoder.opened(out, at, file.id, openFlags(created.opened(), file.direct())));
    if (!taken) {
      release(file);
    }
  }

  private static int flags(Request request, int flags, int openFlags) throws MalformedRequest {
    boolean kill = (request.getInt(openFlags) & FuseProtocol.FUSE_OPEN_KILL_SUIDGID) != 0;
    return (request.getInt(flags) & ~OpenFlags.KILL_PRIVILEGES)
        | (kill ? OpenFlags.KILL_PRIVILEGES : 0);
  }

  private void checkOpens() throws FuseException {
    if (opensRefused) {
      throw new FuseException(Errno.ESHUTDOWN);
    }
  }

  private OpenFile add(OpenResult opened, int flags) {
    // A handle that only writes has nothing to gain from the page cache: past it, requests are as
    // large as the program's writes, and the pages that others have read are dropped.
    boolean writeOnly = (flags & OpenFlags.O_ACCMODE) == OpenFlags.O_WRONLY;
    OpenFile file =
        new OpenFile(
            connection.nextHandle(),
            opened.handle(),
            opened.directIo() || writeOnly || connection.options.directIo());
    connection.files.put(file);
    return file;
  }

  private static int openFlags(OpenResult opened, boolean direct) {
    return (direct ? FuseProtocol.FOPEN_DIRECT_IO | FuseProtocol.FOPEN_PARALLEL_DIRECT_WRITES : 0)
        | (opened.keepCache() ? FuseProtocol.FOPEN_KEEP_CACHE : 0);
  }

  private void release(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_release_in.SIZE);
    release(file(request.getLong(fuse_release_in.fh)));
    call.answerDone();
  }

  /** Ends a file that was in the table, after its last read and write. */
  private void release(OpenFile file) {
    if (connection.files.remove(file.id) != null && file.release()) {
      fileSystem.release(file.handle());
    }
  }

  /** Ends a file whose last read or write has just finished, on another thread: it may wait. */
  static void releaseLater(Connection connection, OpenFile file) {
    Runnable release =
        () -> {
          try {
            connection.fileSystem.release(file.handle());
          } catch (RuntimeException e) {
            Connection.logAccident("RELEASE", e);
          }
        };
    if (!connection.executor.tryExecute(release)) {
      // The session has ended; nobody needs this thread for requests any more.
      release.run();
    }
  }

  /** Ends all files: the kernel sends no RELEASE when a connection ends. */
  void releaseAll() {
    for (OpenFile file : connection.files.entries()) {
      try {
        release(file);
      } catch (RuntimeException e) {
        Connection.logAccident("RELEASE", e);
      }
    }
  }

  private void flush(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_flush_in.SIZE);
    fileSystem.flush(handle(request.getLong(fuse_flush_in.fh)));
    call.answerDone();
  }

  private void fsync(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_fsync_in.SIZE);
    boolean dataOnly =
        (request.getInt(fuse_fsync_in.fsync_flags) & FuseProtocol.FUSE_FSYNC_FDATASYNC) != 0;
    fileSystem.fsync(handle(request.getLong(fuse_fsync_in.fh)), dataOnly);
    call.answerDone();
  }

  private void fallocate(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_fallocate_in.SIZE);
    fileSystem.fallocate(
        handle(request.getLong(fuse_fallocate_in.fh)),
        request.getInt(fuse_fallocate_in.mode),
        request.getOffset(fuse_fallocate_in.offset),
        request.getOffset(fuse_fallocate_in.length));
    call.answerDone();
  }

  private void lseek(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_lseek_in.SIZE);
    long found =
        fileSystem.lseek(
            handle(request.getLong(fuse_lseek_in.fh)),
            request.getOffset(fuse_lseek_in.offset),
            request.getInt(fuse_lseek_in.whence));
    call.answer(
        out -> {
          out.putLong(Call.Body.START + fuse_lseek_out.offset, found);
          return Call.Body.START + fuse_lseek_out.SIZE;
        });
  }

  private void copyFileRange(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_copy_file_range_in.SIZE);
    // The answer's size has 32 bits; the caller goes on from there.
    long length =
        Math.min(request.getOffset(fuse_copy_file_range_in.len), Integer.MAX_VALUE & -4096L);
    long copied =
        fileSystem.copyFileRange(
            handle(request.getLong(fuse_copy_file_range_in.fh_in)),
            request.getOffset(fuse_copy_file_range_in.off_in),
            handle(request.getLong(fuse_copy_file_range_in.fh_out)),
            request.getOffset(fuse_copy_file_range_in.off_out),
            length);
    if (copied < 0 || copied > length) {
      throw new IllegalStateException(copied + " bytes copied of " + length);
    }
    call.answer(
        out -> {
          out.putInt(Call.Body.START + fuse_write_out.size, (int) copied);
          out.putInt(Call.Body.START + fuse_write_out.size + 4, 0);
          return Call.Body.START + fuse_write_out.SIZE;
        });
  }

  private FileHandle handle(long id) throws FuseException {
    return file(id).handle();
  }

  /**
   * The open file of a number.
   *
   * @throws FuseException EBADF when there is none
   */
  OpenFile file(long id) throws FuseException {
    OpenFile file = connection.files.get(id);
    if (file == null) {
      throw new FuseException(Errno.EBADF, "file " + id + " is not open", null);
    }
    return file;
  }
}
