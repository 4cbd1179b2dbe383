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
            out -> AnswerEncoder.opened(out, Call.Body.START, file.id, openFlags(opened, file)));
    if (!taken) {
      connection.files.discard(file.id);
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
            (out, at) -> AnswerEncoder.opened(out, at, file.id, openFlags(created.opened(), file)));
    if (!taken) {
      connection.files.discard(file.id);
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
    boolean added = false;
    try {
      OpenFile file =
          new OpenFile(
              connection.nextHandle(),
              opened.handle(),
              OpenFlags.writes(flags),
              opened.directIo() || writeOnly || connection.options.directIo());
      connection.files.put(file);
      added = true;
      return file;
    } finally {
      if (!added) {
        // No memory: nobody will ever know this handle.
        fileSystem.release(opened.handle());
      }
    }
  }

  private static int openFlags(OpenResult opened, OpenFile file) {
    // A FLUSH tells a program at close(2) what became of its writes. Who only reads would wait for
    // an answer that says nothing: one of seven requests for a small file.
    return (file.direct()
            ? FuseProtocol.FOPEN_DIRECT_IO | FuseProtocol.FOPEN_PARALLEL_DIRECT_WRITES
            : 0)
        | (file.writes() ? 0 : FuseProtocol.FOPEN_NOFLUSH)
        | (opened.keepCache() ? FuseProtocol.FOPEN_KEEP_CACHE : 0);
  }

  /** Answers at once: nobody waits for what the file system does then. */
  void release(Request request) throws FuseException, MalformedRequest {
    request.require(fuse_release_in.SIZE);
    connection.files.release(request.getLong(fuse_release_in.fh));
    connection.sendError(request.unique(), 0);
  }

  private void flush(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_flush_in.SIZE);
    during(request.getLong(fuse_flush_in.fh), handle -> fileSystem.flush(handle));
    call.answerDone();
  }

  /** Whether a FLUSH is that of a file that may have been written. */
  boolean writes(Request request) {
    if (request.bodyLength() < fuse_flush_in.SIZE) {
      return false;
    }
    OpenFile file = connection.files.find(request.getLong(fuse_flush_in.fh));
    return file != null && file.writes();
  }

  private void fsync(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_fsync_in.SIZE);
    boolean dataOnly =
        (request.getInt(fuse_fsync_in.fsync_flags) & FuseProtocol.FUSE_FSYNC_FDATASYNC) != 0;
    during(request.getLong(fuse_fsync_in.fh), handle -> fileSystem.fsync(handle, dataOnly));
    call.answerDone();
  }

  private void fallocate(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_fallocate_in.SIZE);
    int mode = request.getInt(fuse_fallocate_in.mode);
    long offset = request.getOffset(fuse_fallocate_in.offset);
    long length = request.getOffset(fuse_fallocate_in.length);
    during(
        request.getLong(fuse_fallocate_in.fh),
        handle -> fileSystem.fallocate(handle, mode, offset, length));
    call.answerDone();
  }

  private void lseek(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_lseek_in.SIZE);
    long offset = request.getOffset(fuse_lseek_in.offset);
    int whence = request.getInt(fuse_lseek_in.whence);
    long found =
        with(request.getLong(fuse_lseek_in.fh), handle -> fileSystem.lseek(handle, offset, whence));
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
    long from = request.getOffset(fuse_copy_file_range_in.off_in);
    long to = request.getOffset(fuse_copy_file_range_in.off_out);
    long targetId = request.getLong(fuse_copy_file_range_in.fh_out);
    long copied =
        with(
            request.getLong(fuse_copy_file_range_in.fh_in),
            source ->
                with(
                    targetId,
                    target -> fileSystem.copyFileRange(source, from, target, to, length)));
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

  /** What is asked of the file system about a handle. */
  @FunctionalInterface
  interface Question<T> {
    T ask(FileHandle handle) throws FuseException;
  }

  /**
   * Asks about the open file of a number, which is not released meanwhile.
   *
   * @throws FuseException EBADF when there is none
   */
  <T> T with(long id, Question<T> question) throws FuseException {
    OpenFile file = connection.files.begin(id);
    try {
      return question.ask(file.handle());
    } finally {
      connection.files.finish(file);
    }
  }

  /** What is done with a handle. */
  @FunctionalInterface
  private interface Work {
    void on(FileHandle handle) throws FuseException;
  }

  private void during(long id, Work work) throws FuseException {
    OpenFile file = connection.files.begin(id);
    try {
      work.on(file.handle());
    } finally {
      connection.files.finish(file);
    }
  }
}
