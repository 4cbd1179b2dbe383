package io.thins3.fuse.libfuse;

import io.thins3.fuse.AttributeChange;
import io.thins3.fuse.Caller;
import io.thins3.fuse.Entry;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.Node;
import io.thins3.fuse.OpenResult;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Supplier;
import jnr.ffi.Pointer;

/**
 * The operations on open files. libfuse knows no answers that come later, so the thread of a read
 * or write waits for the file system's answer, up to a deadline.
 */
final class FileOperations {
  private final FileSystem fileSystem;
  private final NodePaths paths;
  private final PageVersions versions;
  private final Supplier<Caller> caller;
  private final Duration answerDeadline;
  private final HandleTable<OpenFile> files = new HandleTable<>();

  FileOperations(
      FileSystem fileSystem,
      NodePaths paths,
      PageVersions versions,
      Supplier<Caller> caller,
      Duration answerDeadline) {
    this.fileSystem = fileSystem;
    this.paths = paths;
    this.versions = versions;
    this.caller = caller;
    this.answerDeadline = answerDeadline;
  }

  int open(Pointer path, Pointer file) throws FuseException {
    String name = Utf8.decode(path);
    NodePaths.Found found = paths.find(name, caller.get());
    int flags = OpenFlagNumbers.toLinux(FileInfo.flags(file));
    OpenResult result = fileSystem.open(found.node(), flags, caller.get());
    opened(name, found.node(), paths.attributes(found).size(), result, file);
    return 0;
  }

  int create(Pointer path, long mode, Pointer file) throws FuseException {
    String name = Utf8.decode(path);
    NodePaths.Place place = paths.place(name, caller.get());
    FileSystem.CreateAnswer created =
        fileSystem.create(
            place.parent(),
            place.name(),
            (int) mode & 07777,
            OpenFlagNumbers.toLinux(FileInfo.flags(file)),
            caller.get());
    Entry entry = created.entry();
    opened(name, entry.node(), entry.attributes().size(), created.opened(), file);
    return 0;
  }

  private void opened(String path, Node node, long size, OpenResult result, Pointer file) {
    PageVersions.Decision pages = versions.opened(path, node, size, result);
    long number = files.add(new OpenFile(fileSystem, result.handle(), node, path, pages.version()));
    FileInfo.opened(file, number, pages.keepCache(), pages.directIo());
  }

  int read(Pointer buffer, long size, long offset, Pointer file) throws FuseException {
    OpenFile open = files.get(FileInfo.handle(file));
    if (offset < 0 || size < 0 || size > Integer.MAX_VALUE) {
      throw new FuseException(Errno.EINVAL);
    }
    if (size == 0) {
      return 0;
    }
    open.enter();
    ReadAnswer answer = new ReadAnswer(buffer, (int) size, open::leave);
    begin(answer, () -> fileSystem.read(open.handle(), offset, (int) size, answer));
    int count = answer.await(answerDeadline);
    // Now, not before: the kernel may have been told another size while the bytes were fetched.
    if (open.version() != null && open.version().superseded()) {
      throw new FuseException(Errno.ESTALE);
    }
    return count;
  }

  int write(Pointer buffer, long size, long offset, Pointer file) throws FuseException {
    OpenFile open = files.get(FileInfo.handle(file));
    if (offset < 0 || size < 0 || size > Integer.MAX_VALUE) {
      throw new FuseException(Errno.EINVAL);
    }
    // A copy, because a write that is given up may be worked on after libfuse has its buffer back.
    byte[] bytes = new byte[(int) size];
    buffer.get(0, bytes, 0, bytes.length);
    open.enter();
    WriteAnswer answer = new WriteAnswer(bytes.length, open::leave);
    begin(answer, () -> fileSystem.write(open.handle(), offset, ByteBuffer.wrap(bytes), answer));
    return answer.await(answerDeadline);
  }

  private static void begin(PendingAnswer answer, Runnable request) {
    boolean begun = false;
    try {
      request.run();
      begun = true;
    } finally {
      if (!begun) {
        answer.giveUp();
      }
    }
  }

  int flush(Pointer file) throws FuseException {
    fileSystem.flush(files.get(FileInfo.handle(file)).handle());
    return 0;
  }

  int fsync(int dataOnly, Pointer file) throws FuseException {
    fileSystem.fsync(files.get(FileInfo.handle(file)).handle(), dataOnly != 0);
    return 0;
  }

  int fgetattr(Pointer stat, Pointer file) throws FuseException {
    OpenFile open = files.get(FileInfo.handle(file));
    NativeStructs.stat(stat, fileSystem.getattr(open.node(), open.handle()).attributes());
    return 0;
  }

  int ftruncate(long size, Pointer file) throws FuseException {
    OpenFile open = files.get(FileInfo.handle(file));
    fileSystem.setattr(
        open.node(),
        open.handle(),
        new AttributeChange(size, null, null, null, null, null),
        caller.get());
    return 0;
  }

  int fallocate(int mode, long offset, long length, Pointer file) throws FuseException {
    fileSystem.fallocate(files.get(FileInfo.handle(file)).handle(), mode, offset, length);
    return 0;
  }

  /** The path that a file was opened by. */
  String path(Pointer file) throws FuseException {
    return files.get(FileInfo.handle(file)).path();
  }

  /** The kernel ignores what RELEASE answers, so a wrong number is no error either. */
  int release(Pointer file) {
    OpenFile open = files.remove(FileInfo.handle(file));
    if (open != null) {
      release(open);
    }
    return 0;
  }

  private void release(OpenFile open) {
    if (open.version() != null) {
      versions.closed(open.path(), open.version());
    }
    open.leave();
  }

  /** Releases what the kernel did not: it sends no RELEASE when the connection is cut. */
  void releaseAll() {
    for (OpenFile open : files.removeAll()) {
      Guard.run(
          "release",
          () -> {
            release(open);
            return 0;
          });
    }
  }
}
