package io.thins3.fuse.libfuse;

import io.thins3.fuse.Caller;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.FuseException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import jnr.ffi.Platform;
import jnr.ffi.Pointer;
import jnr.ffi.Struct;
import ru.serce.jnrfuse.FuseStubFS;
import ru.serce.jnrfuse.struct.FuseContext;

/**
 * libfuse's own loop over one file system. From jnr-fuse it takes the loaded library, {@code struct
 * fuse_operations} and the layouts of C structures; the functions in the struct are its own,
 * because jnr-fuse decodes names by the JVM's default charset ({@link Callbacks}).
 *
 * <p>jnr-fuse's {@code mount} is not used: it calls a mount good after waiting two seconds, and it
 * registers a shutdown hook that unmounts whatever is at the mount point by then.
 */
final class LibfuseLoop extends FuseStubFS {
  /** Bits behind bmap in fuse_operations: nullpath_ok, nopath, utime_omit_ok (fuse.h). */
  private static final int FLAGS = 1 | 2 | 4;

  private final RequestLog requests;
  private final NameOperations names;
  private final XattrOperations xattrs;
  private final FileOperations files;
  private final DirectoryOperations directories;
  private final CountDownLatch initialised = new CountDownLatch(1);

  /** Keeps the upcalls alive as long as libfuse may call them. */
  private final List<Object> upcalls = new ArrayList<>();

  /**
   * Creates one.
   *
   * @param debug log every request
   * @throws UnsatisfiedLinkError when there is no libfuse 2
   */
  LibfuseLoop(FileSystem fileSystem, Duration answerDeadline, boolean debug) {
    requests = new RequestLog(debug);
    NodePaths paths = new NodePaths(fileSystem);
    PageVersions versions = new PageVersions();
    names = new NameOperations(fileSystem, paths, versions, this::caller, Clock.systemUTC());
    xattrs = new XattrOperations(fileSystem, paths, this::caller);
    files = new FileOperations(fileSystem, paths, versions, this::caller, answerDeadline);
    directories = new DirectoryOperations(fileSystem, paths, this::caller);
    installNames();
    installFiles();
    installDirectories();
  }

  private void installNames() {
    onPathAndPointer("getattr", fuseOperations.getattr.offset(), names::getattr);
    onPathAndPointer("statfs", fuseOperations.statfs.offset(), names::statfs);
    onPathAndPointer("symlink", fuseOperations.symlink.offset(), names::symlink);
    onPathAndPointer("rename", fuseOperations.rename.offset(), names::rename);
    // Hard links do not exist on any store that this library is meant for.
    set(
        fuseOperations.link.offset(),
        Callbacks.OnPathAndPointer.class,
        (from, to) ->
            onPath(
                "link",
                from,
                () -> {
                  throw new FuseException(Errno.EPERM);
                }));
    onPathAndPointer("utimens", fuseOperations.utimens.offset(), names::utimens);
    onPathAndPointer("removexattr", fuseOperations.removexattr.offset(), xattrs::remove);
    set(
        fuseOperations.unlink.offset(),
        Callbacks.OnPath.class,
        path -> onPath("unlink", path, () -> names.unlink(path)));
    set(
        fuseOperations.rmdir.offset(),
        Callbacks.OnPath.class,
        path -> onPath("rmdir", path, () -> names.rmdir(path)));
    set(
        fuseOperations.access.offset(),
        Callbacks.OnMask.class,
        (path, mask) -> onPath("access", path, () -> names.access(path, mask)));
    set(
        fuseOperations.mknod.offset(),
        Callbacks.OnMode.class,
        (path, mode) -> onPath("mknod", path, () -> names.mknod(path, mode)));
    set(
        fuseOperations.mkdir.offset(),
        Callbacks.OnMode.class,
        (path, mode) -> onPath("mkdir", path, () -> names.mkdir(path, mode)));
    set(
        fuseOperations.chmod.offset(),
        Callbacks.OnMode.class,
        (path, mode) -> onPath("chmod", path, () -> names.chmod(path, mode)));
    set(
        fuseOperations.chown.offset(),
        Callbacks.OnOwner.class,
        (path, uid, gid) -> onPath("chown", path, () -> names.chown(path, uid, gid)));
    set(
        fuseOperations.truncate.offset(),
        Callbacks.OnSize.class,
        (path, size) -> onPath("truncate", path, () -> names.truncate(path, size)));
    set(
        fuseOperations.readlink.offset(),
        Callbacks.OnBuffer.class,
        (path, buffer, size) -> onPath("readlink", path, () -> names.readlink(path, buffer, size)));
    set(
        fuseOperations.listxattr.offset(),
        Callbacks.OnBuffer.class,
        (path, buffer, size) -> onPath("listxattr", path, () -> xattrs.list(path, buffer, size)));
    set(
        fuseOperations.getxattr.offset(),
        Callbacks.OnGetXattr.class,
        (path, name, value, size) ->
            onPath("getxattr", path, () -> xattrs.get(path, name, value, size)));
    set(
        fuseOperations.setxattr.offset(),
        Callbacks.OnSetXattr.class,
        (path, name, value, size, flags) ->
            onPath("setxattr", path, () -> xattrs.set(path, name, value, size, flags)));
  }

  private void installFiles() {
    onPathAndPointer("open", fuseOperations.open.offset(), files::open);
    set(
        fuseOperations.flush.offset(),
        Callbacks.OnPathAndPointer.class,
        (path, file) -> onFile("flush", file, () -> files.flush(file)));
    set(
        fuseOperations.release.offset(),
        Callbacks.OnPathAndPointer.class,
        (path, file) -> onFile("release", file, () -> files.release(file)));
    set(
        fuseOperations.create.offset(),
        Callbacks.OnCreate.class,
        (path, mode, file) -> onPath("create", path, () -> files.create(path, mode, file)));
    set(
        fuseOperations.read.offset(),
        Callbacks.OnTransfer.class,
        (path, buffer, size, offset, file) ->
            onRange("read", size, offset, file, () -> files.read(buffer, size, offset, file)));
    set(
        fuseOperations.write.offset(),
        Callbacks.OnTransfer.class,
        (path, buffer, size, offset, file) ->
            onRange("write", size, offset, file, () -> files.write(buffer, size, offset, file)));
    set(
        fuseOperations.fsync.offset(),
        Callbacks.OnSync.class,
        (path, dataOnly, file) -> onFile("fsync", file, () -> files.fsync(dataOnly, file)));
    set(
        fuseOperations.fgetattr.offset(),
        Callbacks.OnPathAndTwoPointers.class,
        (path, stat, file) -> onFile("fgetattr", file, () -> files.fgetattr(stat, file)));
    set(
        fuseOperations.ftruncate.offset(),
        Callbacks.OnFileSize.class,
        (path, size, file) -> onFile("ftruncate", file, () -> files.ftruncate(size, file)));
    set(
        fuseOperations.fallocate.offset(),
        Callbacks.OnFallocate.class,
        (path, mode, offset, length, file) ->
            onFile("fallocate", file, () -> files.fallocate(mode, offset, length, file)));
  }

  private void installDirectories() {
    onPathAndPointer("opendir", fuseOperations.opendir.offset(), directories::opendir);
    set(
        fuseOperations.releasedir.offset(),
        Callbacks.OnPathAndPointer.class,
        (path, file) -> onDirectory("releasedir", file, () -> directories.releasedir(file)));
    set(
        fuseOperations.readdir.offset(),
        Callbacks.OnReaddir.class,
        (path, buffer, filler, offset, file) ->
            onDirectory("readdir", file, () -> directories.readdir(buffer, filler, offset, file)));
    set(
        fuseOperations.fsyncdir.offset(),
        Callbacks.OnSync.class,
        (path, dataOnly, file) -> onDirectory("fsyncdir", file, () -> directories.fsyncdir(file)));
    set(
        fuseOperations.init.offset(),
        Callbacks.OnInit.class,
        connection -> {
          initialised.countDown();
          return null;
        });
    if (Platform.getNativePlatform().getOS() == Platform.OS.LINUX) {
      memory().putInt(fuseOperations.bmap.offset() + Long.BYTES, FLAGS);
    }
  }

  private interface TwoPointers {
    int run(Pointer first, Pointer second) throws FuseException;
  }

  private void onPathAndPointer(String operation, long offset, TwoPointers body) {
    set(
        offset,
        Callbacks.OnPathAndPointer.class,
        (first, second) -> onPath(operation, first, () -> body.run(first, second)));
  }

  private int onPath(String operation, Pointer path, Guard.Body body) {
    return requests.run(operation, () -> Utf8.shown(path), body);
  }

  // Operations on what is open come without a path (FLAGS).

  private int onFile(String operation, Pointer file, Guard.Body body) {
    return requests.run(operation, () -> files.path(file), body);
  }

  private int onRange(String operation, long size, long offset, Pointer file, Guard.Body body) {
    return requests.run(
        operation, () -> files.path(file) + " " + size + " bytes at " + offset, body);
  }

  private int onDirectory(String operation, Pointer file, Guard.Body body) {
    return requests.run(operation, () -> directories.path(file), body);
  }

  private <T> void set(long offset, Class<T> type, T upcall) {
    Pointer function =
        jnr.ffi.Runtime.getSystemRuntime().getClosureManager().getClosurePointer(type, upcall);
    upcalls.add(upcall);
    upcalls.add(function);
    memory().putPointer(offset, function);
  }

  private Pointer memory() {
    return Struct.getMemory(fuseOperations);
  }

  private Caller caller() {
    FuseContext context = getContext();
    return new Caller(context.uid.intValue(), context.gid.intValue(), context.pid.intValue());
  }

  /** Open once the kernel's INIT has been taken: requests are answered from then on. */
  CountDownLatch initialised() {
    return initialised;
  }

  /**
   * Mounts and serves until the mount has ended.
   *
   * @return libfuse's exit code: not 0 when it could not mount
   */
  int run(List<String> arguments) {
    try {
      return libFuse.fuse_main_real(
          arguments.size(),
          arguments.toArray(String[]::new),
          fuseOperations,
          Struct.size(fuseOperations),
          null);
    } finally {
      files.releaseAll();
      directories.releaseAll();
    }
  }
}
